"""How facts are put into words on a page: time left, moments, amounts, masked numbers.

Plain functions without models or requests, used by the template library ``redress``.
"""
