"""Rows of the catalogue."""

from yixiang.catalogue.models.entry import Entry, Word
from yixiang.catalogue.models.finding import Shortlisted, Wish
from yixiang.catalogue.models.grouping import Picture, Platform, TestService
from yixiang.catalogue.models.imports import ImportBatch, ImportRow
from yixiang.catalogue.models.instrument import Instrument, Keeper
from yixiang.catalogue.models.listing import Listing, ListingEvent
from yixiang.catalogue.models.pricing import Tariff, TariffLine
from yixiang.catalogue.models.timing import Hold, OpeningException, OpeningHours

__all__ = [
    "Entry",
    "Hold",
    "ImportBatch",
    "ImportRow",
    "Instrument",
    "Keeper",
    "Listing",
    "ListingEvent",
    "OpeningException",
    "OpeningHours",
    "Picture",
    "Platform",
    "Shortlisted",
    "Tariff",
    "TariffLine",
    "TestService",
    "Wish",
    "Word",
]
