"""`sitegen tune`: measures settings of the clusters and recommends one."""
