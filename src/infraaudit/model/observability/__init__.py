"""What watches the system: logs, metrics, traces, alarms, and whom they tell."""
