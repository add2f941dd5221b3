"""Where blocks of work run: in this process, or on the workers of a Dask cluster."""
