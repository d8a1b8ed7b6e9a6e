"""Our words in those of the Data Privacy Vocabulary (https://w3id.org/dpv, version 2): the nearest wider term for each.

DPV has no term for the sections of a dossier or for the release from secrecy of § 203 StGB; these keep names of ours.
"""

from typing import Final

from services.common.ledger.data_integrity import CONTEXT as PROOF_CONTEXT
from services.consent.model.vocabulary import Category, Purpose

CONTEXT: Final[list[object]] = [
    PROOF_CONTEXT,
    {
        "dct": "http://purl.org/dc/terms/",
        "dpv": "https://w3id.org/dpv#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "loc": "https://w3id.org/dpv/loc#",
        "lotse": "urn:lotse:consent:v1:",
        "pd": "https://w3id.org/dpv/pd#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dct:conformsTo": {"@type": "@id"},
        "dpv:hasApplicableLaw": {"@type": "@id"},
        "dpv:hasConsentStatus": {"@type": "@id"},
        "dpv:hasDataController": {"@type": "@id"},
        "dpv:hasDataExporter": {"@type": "@id"},
        "dpv:hasDataSubject": {"@type": "@id"},
        "dpv:hasJurisdiction": {"@type": "@id"},
        "dpv:hasLegalBasis": {"@type": "@id"},
        "dpv:hasPersonalData": {"@type": "@id"},
        "dpv:hasProcessing": {"@type": "@id"},
        "dpv:hasPurpose": {"@type": "@id"},
        "dpv:hasRecipient": {"@type": "@id"},
        "dpv:isIndicatedBy": {"@type": "@id"},
        "skos:broader": {"@type": "@id"},
    },
]
"""Prefixes, and which members hold ids. Part of what is signed, so a receipt never changes its meaning."""

RECEIPT_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#receipt"
RECORD_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#record"

PERSONAL_DATA: Final = {
    Category.COVER_SHEET: "dpv:PersonalData",
    Category.CONTACT: "pd:Contact",
    Category.SAFE_CONTACT: "pd:Contact",
    Category.PERSON: "pd:Demographic",
    Category.HOUSEHOLD: "pd:Family",
    Category.RESIDENCE: "pd:Nationality",
    Category.HEALTH: "pd:Health",
    Category.PROTECTION: "dpv:SensitivePersonalData",
    Category.MONEY: "pd:Financial",
    Category.HOUSING: "dpv:PersonalData",
    Category.WORK: "pd:Professional",
    Category.RELIGION: "pd:ReligiousBelief",
    Category.ORIGIN: "pd:EthnicOrigin",
    Category.DONE_SO_FAR: "pd:Historical",
    Category.GOALS: "pd:Intention",
    Category.DOCUMENTS: "pd:PersonalDocuments",
    Category.ARRIVAL: "dpv:PersonalData",
    Category.OUTCOME: "dpv:PersonalData",
}

PURPOSES: Final = {
    Purpose.HANDING_OVER: "dpv:RequestedServiceProvision",
    Purpose.JOINT_CASE_WORK: "dpv:RequestedServiceProvision",
    Purpose.CASE_CONFERENCE: "dpv:RequestedServiceProvision",
    Purpose.ADVICE: "dpv:RequestedServiceProvision",
    Purpose.INTERPRETER: "dpv:RequestedServiceProvision",
    Purpose.EVALUATION: "dpv:ServiceProvision",
}

LAWS: Final = {"gdpr": "eu-gdpr:GDPR", "kdg": "lotse:law-kdg", "dsg-ekd": "lotse:law-dsg-ekd"}
"""The church laws take the place of the GDPR (Art. 91) and are not in DPV."""
