"""The packaged word lists from which values are drawn."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

LISTS = {
    "company": "companies", "airline": "airlines", "hotel": "hotels", "restaurant": "restaurants",
    "cuisine": "cuisines", "hospital": "hospitals", "specialty": "specialties", "medication": "medications",
    "bank": "banks", "color": "colors", "size": "sizes", "material": "materials", "genre": "genres_music",
    "song": "songs", "movie": "movies", "book": "books", "artist": "artists", "author": "authors",
    "device": "device_names", "room": "room_names", "meeting_room": "meeting_rooms", "project": "project_names",
    "team": "team_names", "department": "departments", "job_title": "job_titles", "skill": "skills",
    "language": "languages", "event": "event_titles", "task": "task_titles", "reminder": "reminder_texts",
    "message": "message_texts", "body": "message_texts", "note": "note_texts", "reason": "reasons",
    "description": "descriptions", "summary": "descriptions", "query": "search_topics", "comment": "comments",
    "review": "review_texts", "subject": "subjects", "tag": "tags", "symptom": "symptoms", "allergy": "allergies",
    "news_topic": "news_topics", "hobby": "hobbies", "folder": "folder_names",
    "path": "folder_names", "content": "file_lines",
    "tracking_event": "tracking_events", "instruction": "instructions", "question": "questions", "goal": "goals",
    "domain": "domains", "weather": "weather_conditions", "currency": "currencies", "vehicle": "vehicles",
    "sport": "sports", "exercise": "exercises", "ingredient": "ingredients", "animal": "animals", "plant": "plants",
    "school_subject": "school_subjects", "shape": "shapes", "insurance_plan": "insurance_plans",
    "payment_method": "payment_methods", "courier_company": "courier_names", "text": "text_samples",
    "keyword": "keywords", "pattern": "keywords", "equation": "equations", "expression": "expressions", "url": "urls",
    "ip_address": "ip_addresses", "first_name": "first_names", "last_name": "last_names", "street": "streets",
    "hashtag": "hashtags", "scene": "scenes", "sprint": "sprint_names", "code": "keywords",
    "status": "statuses_generic", "visit_reason": "visit_reasons", "payment_note": "payment_notes",
    "gift_message": "gift_messages", "account": "account_names", "resolution": "resolutions",
    "courier_message": "courier_messages", "sign": "zodiac_signs", "zodiac": "zodiac_signs",
    "prediction": "predictions", "definition": "definitions", "meaning": "definitions", "fact": "facts",
    "joke": "jokes", "quote": "quotes", "platform": "platforms", "difficulty": "difficulties", "gender": "genders",
    "diet": "diets", "dietary": "diets", "acronym": "acronyms", "abbreviation": "acronyms", "algorithm": "algorithms",
    "source": "news_sources", "word": "words_single", "synonym": "words_single", "emotion": "emotions",
    "object": "objects", "lyrics": "lyrics", "landmark": "landmarks", "attraction": "landmarks",
    "certificate": "certificates", "amenity": "amenities", "amenities": "amenities", "league": "leagues",
    "command": "commands", "barcode": "barcodes", "isbn": "barcodes", "sku": "skus",
    "iban": "ibans", "token": "tokens", "license_plate": "license_plates", "vin": "vins", "example": "text_samples",
    "sentence": "text_samples", "translation": "text_samples", "solution": "expressions",
}  # fmt: skip
"""The list from which a kind of value is drawn."""


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """Returns all lists by name."""
    read: dict[str, Any] = json.loads(files("digit_tc.values").joinpath("lexicon.json").read_text("utf-8"))
    return read


def words_for(kind: str) -> list[str]:
    """Returns the values of a kind, or an empty list where there is no list for it."""
    found: list[str] = lexicon().get(LISTS.get(kind, ""), [])
    return found


@lru_cache(maxsize=1)
def city_names() -> tuple[str, ...]:
    """Returns the names of the cities."""
    return tuple(cities())


@lru_cache(maxsize=1)
def cities() -> dict[str, dict[str, Any]]:
    """Returns the cities by name."""
    return {city["city"]: city for city in lexicon()["cities"]}
