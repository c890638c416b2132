"""The words by which exports name what the contract asks for, in several languages.

All are written as `reading.snake` does: small plain letters, `_` between words. A role
has whole names, and words of which a name may be put together.
"""

# Who is scored: `<one of these>_id` names a lead.
PEOPLE = set(
    """
    lead leads contact contacts prospect prospects person people customer customers client
    clients user users member members subscriber subscribers mql mqls sql sqls applicant
    applicants student students patient patients household households kunde kunden
    kontakt kontakte interessent interessenten personen mitglied mitglieder contacto contactos
    cliente clientes prospecto prospectos usuario usuarios persona personas utilisateur
    utilisateurs klant klanten contatti contatto clienti utente utenti contato contatos
    """.split()
)
IDS = set(
    """
    id ids guid uuid key number no nr num nummer numero code record identifier kennung ref
    """.split()
)

# Role: (whole names, words of which one is enough).
ROLES: dict[str, tuple[set[str], set[str]]] = {
    "created_at": (
        set(
            """
            created created_at created_on created_date create_date createdate date_created
            creation_date created_time creation_time first_contact first_contact_date
            first_seen first_seen_at signup_date sign_up_date signed_up_at registered_at
            registration_date date_registered date_added added_at added_on date_entered
            entered_at opt_in_date optin_time inquiry_date enquiry_date submitted_at
            erstellt erstellt_am erstelldatum angelegt angelegt_am anlagedatum anlage_datum
            registriert_am eingangsdatum erfasst_am erstkontakt fecha_de_creacion fecha_creacion
            fecha_alta fecha_de_alta fecha_registro date_de_creation date_creation cree_le
            date_inscription data_creazione data_di_creazione data_criacao data_de_criacao
            data_cadastro aanmaakdatum aangemaakt_op
            """.split()
        ),
        {"created", "create", "creation", "createdate", "registration", "registered", "signup"}
        | {"erstellt", "erstelldatum", "angelegt", "anlagedatum", "creacion", "creazione"}
        | {"criacao", "cadastro", "first", "alta"},
    ),
    "updated_at": (
        set(
            """
            updated updated_at updated_on last_updated last_modified last_modified_date
            lastmodifieddate modified modified_at modified_on date_modified last_change
            geaendert geandert geandert_am aktualisiert aktualisiert_am letzte_anderung
            zuletzt_geandert fecha_de_modificacion ultima_modificacion date_de_modification
            modifie_le data_modifica ultima_atualizacao gewijzigd_op
            """.split()
        ),
        {"updated", "modified", "geandert", "aktualisiert"},
    ),
    "email": (
        set(
            """
            email e_mail mail email_address e_mail_address mail_address e_mail_adresse
            email_adresse mailadresse correo correo_electronico courriel adresse_e_mail
            adresse_email indirizzo_email e_mail_adres
            """.split()
        ),
        {"email", "mail", "correo", "courriel"},
    ),
    "occurred_at": (
        set(
            """
            occurred_at occurred occurred_on happened_at timestamp time datetime date_time date
            event_time event_date event_timestamp event_at activity_date activity_time
            activity_at action_time action_date sent_at clicked_at opened_at visited_at
            viewed_at submitted_at performed_at datum zeit zeitpunkt uhrzeit zeitstempel
            ereignisdatum aktivitatsdatum fecha fecha_hora fecha_evento horodatage date_evenement
            data data_ora data_evento data_hora tijdstip
            """.split()
        ),
        {"occurred", "timestamp", "datum", "zeitpunkt", "zeitstempel", "fecha", "time", "date"}
        | {"at", "on", "tijdstip"},
    ),
    "loaded_at": (
        set(
            """
            loaded_at load_time loaded load_date ingested_at ingestion_time imported_at
            import_date synced_at sync_time received_at inserted_at fivetran_synced
            airbyte_extracted_at airbyte_emitted_at etl_time geladen_am importiert_am
            """.split()
        ),
        {"loaded", "ingested", "synced", "imported"},
    ),
    "event_type": (
        set(
            """
            event_type event event_name event_kind activity activity_type activity_name
            activity_kind action action_type type interaction interaction_type touchpoint
            kind ereignis ereignistyp ereignisart aktivitat aktivitatstyp aktivitatsart aktion
            vorgang typ art evento tipo_evento tipo_de_evento tipo actividad tipo_de_actividad
            accion evenement type_evenement type_d_evenement activite attivita tipo_attivita
            azione atividade tipo_de_atividade acao gebeurtenis activiteit
            """.split()
        ),
        {"event", "activity", "action", "interaction", "ereignis", "aktivitat", "evento"}
        | {"actividad", "evenement", "activite", "attivita", "atividade"},
    ),
    "anonymous_id": (
        set(
            """
            anonymous_id anonymousid visitor_id visitor visitorid cookie_id cookie client_id
            device_id browser_id user_pseudo_id domain_userid guest_id besucher_id besucher
            id_visitante id_visiteur visitante_id
            """.split()
        ),
        {"anonymous", "visitor", "cookie", "besucher", "visitante", "visiteur", "pseudo"},
    ),
    "identified_at": (
        {"identified_at", "linked_at", "identified", "linked_on", "merged_at"},
        {"identified", "linked"},
    ),
    "requested_at": (
        {"requested_at", "request_date", "requested_on", "deleted_at", "erased_at"}
        | {"angefragt_am", "beantragt_am", "loschdatum", "fecha_solicitud"},
        {"requested", "request", "deleted", "erased"},
    ),
    "outcome": (
        set(
            """
            outcome result won is_won iswon closed_won converted is_converted conversion
            has_converted is_customer customer became_customer purchased has_purchased bought
            enrolled subscribed_paid deal_won success deal_stage dealstage stage stage_name
            stagename opportunity_stage sales_stage lead_status status lifecycle_stage
            lifecyclestage ergebnis gewonnen abgeschlossen konvertiert gekauft ist_kunde
            verkaufsphase phase resultado ganado ganada convertido comprado etapa estado
            resultat gagne gagnee converti achete etape statut esito vinto convertito fase
            stato ganho resultaat gewonnen status_deal
            """.split()
        ),
        {"outcome", "won", "converted", "gewonnen", "konvertiert", "ganado", "gagne", "vinto"}
        | {"stage", "status", "ergebnis", "etapa", "phase"},
    ),
    "closed_at": (
        set(
            """
            closed_at closed close_date closedate closed_date closing_date date_closed won_date
            won_at date_won lost_date conversion_date converted_at converted_date
            date_converted purchase_date purchased_at order_date ordered_at enrolled_at
            enrolment_date became_a_customer_date became_customer_at abschlussdatum
            abgeschlossen_am geschlossen_am gewonnen_am kaufdatum bestelldatum vertragsdatum
            fecha_de_cierre fecha_cierre fecha_compra date_de_cloture date_cloture date_achat
            data_chiusura data_di_chiusura data_fechamento data_de_fechamento afsluitdatum
            """.split()
        ),
        {"closed", "close", "won", "conversion", "converted", "purchase", "purchased", "order"}
        | {"abschluss", "abschlussdatum", "kaufdatum", "cierre", "cloture", "chiusura"}
        | {"fechamento", "closedate", "enrolled"},
    ),
    "amount": (
        set(
            """
            amount deal_amount deal_value value total total_amount total_value total_price
            order_value order_total opportunity_amount contract_value revenue deal_size acv arr
            tcv price betrag auftragswert umsatz wert summe volumen importe monto valor
            importe_total montant valeur importo valore bedrag waarde
            """.split()
        ),
        {"amount", "betrag", "auftragswert", "importe", "montant", "importo", "bedrag", "monto"},
    ),
    "merged_into_lead_id": (
        {"merged_into", "merged_into_id", "merged_into_lead_id", "master_record_id", "master_id"}
        | {"duplicate_of", "survivor_id", "winner_id", "into_lead_id", "zusammengefuhrt_mit"},
        {"merged", "master", "survivor"},
    ),
}

# What a file is called that holds such rows.
FILES: dict[str, set[str]] = {
    "leads": PEOPLE,
    "events": set(
        """
        event events activity activities action actions interaction interactions visit visits
        pageview pageviews page_views click clicks session sessions email_events engagement
        engagements touchpoint touchpoints log history tracking hits webinar webinars form
        forms submission submissions task tasks call calls meeting meetings opens download
        downloads aktivitat aktivitaten ereignis ereignisse besuche klicks seitenaufrufe
        verlauf eventos actividades visitas clics evenements activites visites attivita
        visite atividades activiteiten campaign_members
        """.split()
    ),
    "outcomes": set(
        """
        outcome outcomes deal deals opportunity opportunities won lost closed conversion
        conversions sale sales order orders purchase purchases contract contracts customers_won
        enrolments enrollments abschluss abschlusse auftrag auftrage verkauf verkaufe bestellung
        bestellungen verkaufschance verkaufschancen geschafte vertrage oportunidades ventas
        negocios pedidos opportunites affaires ventes commandes opportunita vendite ordini
        oportunidade vendas
        """.split()
    ),
    "identities": {"identities", "identity", "links", "aliases", "alias", "cookies", "visitors"},
    "erasures": set(
        """
        erasure erasures gdpr dsgvo forget forgotten deletion deletions loschung loschungen
        rgpd lgpd borrado
        """.split()
    ),
    "merges": {"merge", "merges", "merged", "duplicates", "dubletten", "zusammenfuhrungen"},
}

# Not for rules: who somebody is, and what only tells rows apart.
PERSONAL = set(
    """
    name first_name last_name firstname lastname full_name middle_name surname given_name
    family_name salutation vorname nachname anrede titel_anrede nombre apellido apellidos prenom
    nom cognome nome sobrenome voornaam achternaam phone mobile telephone fax phone_number
    mobile_phone telefon telefonnummer mobil handy telefono movil telefone celular street
    address strasse anschrift adresse direccion rue indirizzo endereco birthday date_of_birth
    geburtstag geburtsdatum contact_name lead_name customer_name linkedin linkedin_url website
    url homepage notes note comment comments description bemerkung bemerkungen notiz notizen
    ip ip_address twitter skype
    """.split()
)

WON = set(
    """
    won closed_won closedwon win converted closed_converted customer is_customer success
    successful purchased bought enrolled signed gewonnen abgeschlossen kunde konvertiert gekauft
    ganado ganada cerrado_ganado cliente gagne gagnee conclu client vinto vinta ganho ganha
    gewonnen_abschluss evangelist
    """.split()
)
LOST = set(
    """
    lost closed_lost closedlost loss not_converted closed_not_converted disqualified unqualified
    rejected dead failed churned verloren abgelehnt verworfen perdido perdida cerrado_perdido
    perdu perdue perso persa afgewezen junk
    """.split()
)

# An attribute that says what somebody does in the company.
JOB_TITLES = set(
    """
    title job_title jobtitle job position role function designation occupation berufsbezeichnung
    stellung funktion position_im_unternehmen rolle puesto cargo poste fonction ruolo funcao
    functie
    """.split()
)
# Their words, from the most to the least.
TITLES: list[tuple[str, int, list[str], str]] = [
    (
        "decides",
        10,
        ["chief", "ceo", "cfo", "cto", "cio", "cmo", "coo", "founder", "owner", "president"]
        + ["managing director", "geschäftsführer", "inhaber", "vorstand", "gründer"]
        + ["director general", "propietario", "gérant", "pdg", "amministratore", "sócio"],
        "Decides alone",
    ),
    (
        "leads_a_department",
        7,
        ["vp", "vice president", "head of", "director", "leiter", "leitung", "jefe", "directeur"]
        + ["directrice", "responsable", "direttore", "diretor"],
        "Leads a department",
    ),
    ("manages", 4, ["manager", "gerente", "lead", "supervisor", "teamleiter"], "Manages people"),
    (
        "learns",
        -10,
        ["student", "intern", "praktikant", "werkstudent", "estudiante", "étudiant", "stagiaire"]
        + ["studente", "estagiário"],
        "Learns and does not buy",
    ),
]
FREE_MAIL = [
    *("gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com"),
    *("aol.com", "icloud.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "mail.ru"),
    *("orange.fr", "free.fr", "libero.it", "qq.com", "163.com", "protonmail.com", "proton.me"),
]

# What an event is worth, by words of its type; the first that fits counts.
# (words, points, once or each, most points, half-life in days, reason)
EVENTS: list[tuple[set[str], int, str, int, int, str]] = [
    (
        {"unsubscribe", "unsubscribed", "optout", "opt_out", "bounce", "bounced", "spam"}
        | {"complaint", "abgemeldet", "abmeldung", "baja", "desabonnement", "disiscrizione"},
        -10,
        "once",
        10,
        0,
        "wants no more emails",
    ),
    (
        {"demo", "trial", "quote", "pricing_request", "proposal", "angebot", "vorfuhrung"}
        | {"testversion", "presupuesto", "devis", "preventivo", "orcamento", "purchase", "order"}
        | {"offerte", "cotizacion", "kauf", "bestellung"},
        20,
        "once",
        20,
        45,
        "asked for what buyers ask for",
    ),
    (
        {"contact", "call", "meeting", "chat", "request", "inquiry", "enquiry", "booked", "reply"}
        | {"replied", "anfrage", "kontakt", "kontaktanfrage", "termin", "anruf", "reunion"}
        | {"llamada", "rendez_vous", "riunione", "chiamata", "contacto", "antwort", "rueckruf"},
        10,
        "once",
        10,
        60,
        "talked to us",
    ),
    (
        {"webinar", "event", "attended", "conference", "workshop", "seminar", "messe", "responded"},
        8,
        "each",
        16,
        60,
        "took part",
    ),
    (
        {"download", "downloaded", "form", "submitted", "submission", "whitepaper", "formular"}
        | {"subscribe", "subscribed", "subscription", "signup", "registered", "descarga"}
        | {"telechargement", "heruntergeladen", "anmeldung", "newsletter_subscription"},
        5,
        "each",
        15,
        60,
        "left their details",
    ),
    (
        {"click", "clicked", "klick", "geklickt", "clic", "clique"},
        2,
        "each",
        10,
        30,
        "clicked",
    ),
    (
        {"visit", "visited", "view", "viewed", "page", "pageview", "session", "besuch", "visita"}
        | {"visite", "seitenaufruf", "web", "login"},
        1,
        "each",
        10,
        30,
        "visited",
    ),
    ({"open", "opened", "geoffnet", "offnung", "abierto", "ouverture"}, 1, "each", 5, 30, "opened"),
]
