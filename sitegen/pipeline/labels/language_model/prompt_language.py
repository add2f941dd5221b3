"""The built-in prompt for names in another language than English: what it asks for, and its worked examples."""

from __future__ import annotations

from sitegen.config import LabelsConfig, PromptExample
from sitegen.config.prompts import DESCRIBE, EXAMPLES, SYSTEM

# fmt: off
LANGUAGES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "de": ("German", (
        ("Hund, Welpe, Tierarzt, Leine", "Leben mit Hunden"),
        ("Flug, Gepäck, Flughafen, Verspätung", "Verspätete Flüge"),
        ("Wahl, Partei, Stimme, Bundestag", "Wahlen und Parteien"),
    )),
    "es": ("Spanish", (
        ("perro, cachorro, veterinario, correa", "Cuidado de perros"),
        ("vuelo, equipaje, aeropuerto, retraso", "Retrasos de vuelos"),
        ("elección, partido, voto, senado", "Elecciones y partidos"),
    )),
    "fr": ("French", (
        ("chien, chiot, vétérinaire, laisse", "Vivre avec un chien"),
        ("vol, bagage, aéroport, retard", "Retards de vols"),
        ("élection, parti, vote, sénat", "Élections et partis"),
    )),
    "it": ("Italian", (
        ("cane, cucciolo, veterinario, guinzaglio", "Cura dei cani"),
        ("volo, bagaglio, aeroporto, ritardo", "Ritardi dei voli"),
        ("elezione, partito, voto, senato", "Elezioni e partiti"),
    )),
    "ja": ("Japanese", (
        ("犬, 子犬, 獣医, 散歩", "犬の飼い方"),
        ("飛行機, 荷物, 空港, 遅延", "飛行機の遅延"),
        ("選挙, 政党, 投票, 国会", "選挙と政党"),
    )),
    "nl": ("Dutch", (
        ("hond, puppy, dierenarts, riem", "Leven met honden"),
        ("vlucht, bagage, luchthaven, vertraging", "Vertraagde vluchten"),
        ("verkiezing, partij, stem, senaat", "Verkiezingen en partijen"),
    )),
    "pt": ("Portuguese", (
        ("cão, filhote, veterinário, coleira", "Cuidados com cães"),
        ("voo, bagagem, aeroporto, atraso", "Atrasos de voos"),
        ("eleição, partido, voto, senado", "Eleições e partidos"),
    )),
    "ru": ("Russian", (
        ("собака, щенок, ветеринар, поводок", "Уход за собаками"),
        ("рейс, багаж, аэропорт, задержка", "Задержки рейсов"),
        ("выборы, партия, голос, сенат", "Выборы и партии"),
    )),
    "zh": ("Chinese", (
        ("狗, 幼犬, 兽医, 遛狗", "养狗知识"),
        ("航班, 行李, 机场, 延误", "航班延误"),
        ("选举, 政党, 投票, 议会", "选举与政党"),
    )),
}
# fmt: on
"""By language: what English calls it, and worked examples as keywords and name."""


def in_language(config: LabelsConfig) -> LabelsConfig:
    """Return the settings with what is built in of the prompt in the language of the names; what users wrote stays.

    A language without worked examples has none: English ones would call for English names.
    """
    if config.language is None or config.language.partition("-")[0] == "en":
        return config
    called, examples = LANGUAGES.get(config.language.partition("-")[0], (f"the language {config.language}", ()))
    prompt = config.prompt
    changes: dict[str, object] = {}
    if prompt.system == SYSTEM:
        changes["system"] = f"{SYSTEM} Write in {called}."
    if prompt.describe == DESCRIBE:
        changes["describe"] = f"{DESCRIBE} Write it in {called}."
    if prompt.examples == EXAMPLES:
        changes["examples"] = tuple(PromptExample(keywords=keywords, name=name) for keywords, name in examples)
    return config.model_copy(update={"prompt": prompt.model_copy(update=changes)})
