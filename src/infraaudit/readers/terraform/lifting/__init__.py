"""What the lifts of all clouds share: arguments read, pointers followed, tables applied."""
