"""The pictures that `benchmarks/chart.py` draws of what benchmarks measured."""

from xml.etree import ElementTree as ET

from benchmarks.chart import drift_chart

SVG = "{http://www.w3.org/2000/svg}"


def test_the_drift_of_fifty_steps_is_drawn_at_each_tenth_day():
    measured = [{"day": day, "misfits": 0.05 + day / 10_000, "neighbors_new": day / 500} for day in range(10, 60, 10)]
    picture = ET.fromstring(drift_chart([{"day": 0, "topics": 3}, *measured]))
    texts = {each.text: each for each in picture.iter(f"{SVG}text")}
    assert {"0", "10", "20", "30", "40", "50", "5.1%", "2.0%", "10.0%", "misfits", "new neighbours"} <= set(texts)
    height = [float(texts[share].get("y")) for share in ("2.0%", "5.1%", "10.0%")]
    assert height == sorted(height, reverse=True)
