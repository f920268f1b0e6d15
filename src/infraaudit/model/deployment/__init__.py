"""How the system comes to run: releases, pipelines, settings, states and the versions that all this is built upon."""
