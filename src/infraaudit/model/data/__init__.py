"""What keeps data or hands it on: stores, buckets, volumes and queues, their settings, copies and keys."""
