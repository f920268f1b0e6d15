"""What a container really runs: its command, followed through wrappers and scripts to the server and its settings."""
