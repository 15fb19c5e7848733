"""Reading Word files of questions, layout by layout (`V1` … are those that trainers are known to use)."""
