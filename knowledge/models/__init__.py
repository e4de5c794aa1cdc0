"""Reference data of the bank and of the law."""

from knowledge.models.policy import CountsFrom, PolicyEdition, PolicyRule, RuleKind, RuleUnit
from knowledge.models.taxonomy import Facet, TaxonomyCode

__all__ = ["CountsFrom", "Facet", "PolicyEdition", "PolicyRule", "RuleKind", "RuleUnit", "TaxonomyCode"]
