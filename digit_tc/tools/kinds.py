"""The words by which the meaning of an argument or attribute is recognised."""

import re

FORMATS = {
    "email": "email",
    "idn-email": "email",
    "date": "date",
    "date-time": "datetime",
    "time": "time",
    "uri": "url",
    "url": "url",
    "uuid": "uuid",
    "ipv4": "ip_address",
    "hostname": "domain",
}

QUALIFIERS = {
    "new", "old", "source", "target", "from", "to", "parent", "current", "original", "default", "primary", "other",
    "first", "second", "my", "the", "external", "internal", "unique", "existing",
}  # fmt: skip

ID_TAILS = {"number", "no", "code", "reference", "ref", "key", "sku"}
PAIRS = {
    *((noun, tail) for noun in ("order", "ticket", "invoice", "booking", "reservation", "account", "tracking", "flight",
                                "case", "policy", "claim", "membership", "confirmation", "reference", "card", "serial")
      for tail in ("number", "no", "reference", "ref")),
    *((noun, "code") for noun in ("booking", "reservation", "confirmation", "tracking")),
}  # fmt: skip

STARTS = {
    "start", "starts", "begin", "since", "after", "departure", "depart", "pickup", "check_in", "checkin", "opening",
    "valid_from", "outbound",
}  # fmt: skip
ENDS = {
    "end", "ends", "finish", "until", "before", "return", "dropoff", "check_out", "checkout", "arrival", "closing",
    "expiry", "expires", "due", "deadline", "till",
}  # fmt: skip
MINIMA = {"min", "minimum", "lowest", "least", "over", "above"}
MAXIMA = {"max", "maximum", "highest", "most", "under", "below", "limit", "up_to", "budget"}

_NUMBER_WORDS = {
    "money": "rent price amount cost fee fees total balance budget salary payment fare income subtotal deposit refund"
    " tip expense expenses revenue wage charge principal loan money value_usd usd spend copay",
    "rate_money": "nightly_rate",
    "percent": "percentage percent discount tax interest share battery humidity progress brightness volume fill",
    "rating": "rating stars star",
    "score": "score points grade gpa",
    "quantity": "quantity qty copies",
    "count": "count guests guest passengers passenger people party adults adult children nights days"
    " seats rooms tickets items size travelers travellers servings attendees capacity lines stock times units"
    " refills bedrooms bathrooms participants players cups hours_count weeks months",
    "year": "year",
    "age": "age",
    "digits": "precision digits decimals places",
    "exponent": "exponent",
    "minutes": "minutes minute duration mins",
    "hours": "hours hour",
    "temperature": "temperature temp celsius fahrenheit",
    "latitude": "latitude lat",
    "longitude": "longitude lon lng long",
    "distance": "distance radius miles kilometers kilometres km",
    "weight": "weight kg pounds mass",
    "length": "height width length depth side diameter",
    "priority": "priority severity level",
    "limit": "top results",
}
NUMBERS = {word: kind for kind, group in _NUMBER_WORDS.items() for word in group.split()}
NUMBERS.update({"days": "count", "years": "count", "rating": "rating", "volume": "percent"})

_PEOPLE = (
    "user customer guest passenger patient contact recipient owner author assignee member person employee full doctor"
    " attendee student organizer holder sender host driver teacher client reviewer buyer seller courier_name display"
    " practitioner instructor nurse agent beneficiary candidate friend child parent manager lead cardholder"
)
NAMES_OF = {
    **dict.fromkeys(_PEOPLE.split(), "person"),
    "first": "first_name", "given": "first_name", "last": "last_name", "family": "last_name", "sur": "last_name",
    "company": "company", "business": "company", "merchant": "company", "vendor": "company", "supplier": "company",
    "payee": "company", "employer": "company", "brand": "brand", "product": "product", "item": "product",
    "hotel": "hotel", "airline": "airline", "carrier": "courier", "courier": "person", "restaurant": "restaurant",
    "dish": "dish", "meal": "dish", "recipe": "dish", "hospital": "hospital", "clinic": "hospital", "bank": "bank",
    "city": "city", "country": "country", "state": "state", "street": "street", "location": "city", "place": "city",
    "file": "file", "folder": "folder", "dir": "folder", "directory": "folder", "document": "file",
    "device": "device", "room": "room", "project": "project", "team": "team", "department": "department",
    "event": "event", "task": "task", "song": "song", "track": "song", "movie": "movie", "film": "movie",
    "book": "book", "artist": "artist", "band": "artist", "author": "author", "genre": "genre", "playlist": "title",
    "medication": "medication", "medicine": "medication", "drug": "medication", "ingredient": "ingredient",
    "list": "title", "scene": "scene", "schedule": "title", "sprint": "sprint", "group": "team", "channel": "tag",
    "category": "category", "tag": "tag", "label": "tag", "skill": "skill", "course": "school_subject",
    "plan": "insurance_plan", "stock": "company", "currency": "currency", "language": "language", "account": "account",
    "plant": "plant", "animal": "animal", "sport": "sport", "exercise": "exercise", "vehicle": "vehicle",
    "pharmacy": "company", "store": "company", "shop": "company", "address": "street", "user_name": "username",
}  # fmt: skip

_LAST_WORDS = {
    "email": "email emails email_address attendee_email to_email attendees_emails invitee invitees",
    "phone": "phone telephone mobile phone_number mobile_number contact_number cell fax",
    "first_name": "first_name firstname given_name forename",
    "last_name": "last_name lastname surname family_name",
    "person": "attendee attendees participant participants assignee passenger guest recipient organizer doctor patient"
    " contact employee customer sender guests passengers person player friend traveler contact_person doctor_name"
    " reporter owner cardholder courier driver host barber stylist instructor",
    "username": "username user_name login handle nickname screen_name",
    "password": "password passcode passphrase pin",
    "city": "city town destination origin departure_city arrival_city destination_city origin_city",
    "place": "location place venue area region where",
    "country": "country nationality country_name",
    "country_code": "country_code",
    "state": "state province",
    "postal_code": "zip zipcode zip_code postal_code postcode postal",
    "street": "street address address1 address_1 line_1 street_address line1 address_line address_line1 address_line_1",
    "unit_number": "address2 apartment line2 address_line2 suite address_2 line_2 apt",
    "airport": "airport airport_code iata departure_airport arrival_airport origin_airport destination_airport",
    "timezone": "timezone time_zone tz",
    "birthday": "dob birthday birthdate birth_date date_of_birth of_birth",
    "date": "date day deadline checkin checkout check_in check_out due_date expiry expiration when",
    "time": "time reminder_time",
    "datetime": "datetime date_time timestamp created_at updated_at at",
    "month": "month",
    "weekday": "weekday day_of_week weekdays",
    "url": "url uri link website homepage webhook image photo avatar",
    "title": "title headline heading",
    "subject": "subject subject_line",
    "message": "message msg sms announcement greeting",
    "body": "body",
    "result": "result output terminal_output response confirmation outcome differences diff_lines difference"
    " acknowledgement",
    "content": "content contents text file_content line matching_lines last_lines paragraph sentence passage input_text"
    " document_text article",
    "note": "note notes remark remarks memo special_request special_requests requirement requirements",
    "instruction": "instruction instructions delivery_instructions",
    "comment": "comment feedback reply",
    "review": "review review_text",
    "visit_reason": "visit_reason reason_for_visit appointment_reason",
    "gift_message": "gift_message gift_note",
    "resolution": "resolution",
    "reason": "reason cancellation_reason justification cause",
    "description": "description desc details detail about overview bio",
    "summary": "summary issue",
    "query": "query q search search_term search_query keywords_query topic interest search_text term",
    "question": "question prompt",
    "keyword": "keyword word",
    "pattern": "pattern",
    "tag": "tag label hashtag",
    "file": "file filename file_name file_path filepath attachment document source_file output_file",
    "folder": "folder directory dir folder_name dir_name dirname",
    "path": "path",
    "color": "color colour",
    "size": "size",
    "material": "material fabric",
    "product": "product item product_name item_name merchandise",
    "category": "category department_name product_category",
    "brand": "brand manufacturer make",
    "company": "company merchant vendor employer business organization organisation store shop payee biller",
    "airline": "airline",
    "courier_company": "carrier courier_company shipping_carrier",
    "hotel": "hotel accommodation",
    "restaurant": "restaurant",
    "cuisine": "cuisine cuisine_type",
    "dish": "dish meal recipe food",
    "ingredient": "ingredient",
    "hospital": "hospital clinic facility",
    "specialty": "specialty speciality specialization",
    "medication": "medication medicine drug prescription",
    "symptom": "symptom complaint condition",
    "allergy": "allergy allergen",
    "insurance_plan": "insurance insurance_plan",
    "language": "language lang target_language source_language from_language to_language",
    "currency": "currency currency_code from_currency to_currency base_currency target_currency",
    "unit": "unit units from_unit to_unit unit_in unit_out unit_from unit_to source_unit target_unit",
    "genre": "genre mood style",
    "song": "song track song_title",
    "movie": "movie film movie_title",
    "book": "book book_title",
    "artist": "artist band singer musician",
    "author": "author writer",
    "room": "room room_name",
    "device": "device",
    "scene": "scene",
    "project": "project project_name",
    "team": "team",
    "department": "department dept",
    "job_title": "job_title position occupation designation profession job role",
    "skill": "skill expertise",
    "event": "event event_name event_title",
    "task": "task todo action_item task_name task_title",
    "reminder": "reminder",
    "symbol": "symbol ticker stock_symbol stock",
    "hobby": "hobby interest_area activity",
    "goal": "goal objective",
    "news_topic": "news_topic news",
    "expression": "expression formula",
    "equation": "equation",
    "ip_address": "ip ip_address",
    "domain": "domain hostname",
    "weather": "weather conditions",
    "vehicle": "vehicle car car_type vehicle_type",
    "sport": "sport league",
    "exercise": "exercise workout",
    "animal": "animal pet species breed",
    "plant": "plant",
    "school_subject": "school_subject course class",
    "shape": "shape",
    "name": "name label_name full_name",
    "code": "code promo_code coupon voucher discount_code",
    "tracking_event": "tracking_event last_event current_step",
    "dosage": "dosage dose",
    "masked": "masked_number last_four card_last_four",
    "status": "status",
    "isbn": "isbn",
    "sku": "sku",
    "iban": "iban",
    "token": "token session_token access_token auth_token",
    "license_plate": "license_plate plate",
    "vin": "vin",
}
LAST_WORD = {word: kind for kind, group in _LAST_WORDS.items() for word in group.split()}
LAST_WORD.update(dict.fromkeys(("created_by", "assigned_to", "ordered_by", "requested_by", "updated_by"), "person"))
LAST_WORD.update({"full_name": "person", "assignee_name": "person", "stock": "symbol"})

DESCRIBED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(cue), kind)
    for cue, kind in (
        (r"\biso[- ]?8601 (date-?time|timestamp)|date and time|yyyy-mm-ddt|\bdatetime\b", "datetime"),
        (r"yyyy-mm-dd|\bdate\b(?! and time)(?=.*(format|of birth|when|on which|iso))", "date"),
        (r"\bhh:mm|24-hour|time of day", "time"),
        (
            r"\bname of the (new )?file|file name|\bnames? of (the )?(files?|document)\b|\bfile (or|and) directory\b",
            "file",
        ),
        (r"\b(folder|directory)\b", "folder"),
        (r"\be-?mail address", "email"),
        (r"\bphone number", "phone"),
        (r"\biata\b|airport code", "airport"),
        (r"iso 4217|currency code", "currency"),
        (r"\b(name|full name) of the (person|user|customer|patient|doctor|guest|employee|contact|recipient)", "person"),
        (r"name of the city|\bcity\b", "city"),
        (r"name of the country", "country"),
        (r"stock (ticker )?symbol|ticker symbol", "symbol"),
        (r"\burl\b", "url"),
        (r"\bname of the (product|item)", "product"),
        (r"\bname of the (company|business|store|merchant)", "company"),
        (r"\bname of the movie|\bmovie title|title of the movie", "movie"),
        (r"\bname of the song|title of the song|song title", "song"),
        (r"title of the book|\bbook title", "book"),
        (r"\bname of the (artist|band|singer)", "artist"),
        (r"\bmathematical expression|\bmath expression", "expression"),
        (r"\bequation\b", "equation"),
        (r"\bname of the (recipe|dish)", "dish"),
    )
)
