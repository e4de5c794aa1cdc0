"""Django database backend; the path ends in `postgresql` because tools read the vendor from ENGINE."""
