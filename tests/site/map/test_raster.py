"""Pictures of the map."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from sitegen.site.map.palette import OUTLIER, PALETTE, rgb
from sitegen.site.map.pictures import density_tiles
from sitegen.site.map.pictures.density_tiles import TILE_BYTES, pyramid, pyramid_levels, webp, webp_within
from sitegen.site.map.pictures.known_tiles import RASTER, KnownTiles
from sitegen.site.map.pictures.shading import shade
from sitegen.site.output.hashed_files import HashedFiles

RED = (224, 40, 40, 255)
PALE = (120, 120, 120, 60)


def picture_of(places, colors, width=200, height=200):
    return shade(np.array(places, np.float32), np.array(colors, np.uint8), width, height)


@pytest.mark.parametrize(("width", "height"), [(200, 200), (160, 100), (100, 160)])
def test_the_picture_has_the_size_asked_for(width, height):
    picture = picture_of([(0.5, 0.5)], [RED], width, height)
    assert picture.shape == (height, width, 4)
    assert picture.dtype == np.uint8


def test_it_is_transparent_where_there_is_no_document():
    alpha = picture_of([(0.5, 0.5)], [RED])[..., 3].copy()
    assert alpha[100, 100] > 0
    alpha[75:125, 75:125] = 0
    assert not alpha.any()


@pytest.mark.parametrize("color", [*PALETTE, OUTLIER])
def test_a_lone_document_has_the_colour_of_its_topic(color):
    picture = picture_of([(0.3, 0.6)], [(*rgb(color), 255)])
    brightest = picture[..., 3].argmax()
    red, green, blue, alpha = picture.reshape(-1, 4)[brightest].astype(int)
    assert (red, green, blue) == pytest.approx(rgb(color), abs=1)
    assert alpha > 128


def test_two_topics_keep_their_own_colours():
    picture = picture_of([(0.25, 0.5)] * 30 + [(0.75, 0.5)] * 3, [(255, 0, 0, 255)] * 30 + [(0, 0, 255, 255)] * 3)
    left, right = picture[100, 50], picture[100, 150]
    assert left[0] > 250 > 5 > left[2]
    assert right[2] > 250 > 5 > right[0]


def test_lesser_documents_are_paler_lie_below_and_have_no_glow():
    full, pale = (picture_of([(0.5, 0.5)], [color])[..., 3] for color in (RED, PALE))
    assert 0 < pale.max() < 0.7 * full.max()
    assert (pale > 0).sum() < (full > 0).sum()
    both = picture_of([(0.5, 0.5), (0.5, 0.5)], [PALE, RED])[100, 100]
    assert both[0] > 190 > 90 > both[2]


def test_dense_places_stand_out():
    """Much darker between their dots as a place with a third of the documents."""
    rng = np.random.default_rng(1)
    core, rim = ((rng.uniform(-0.06, 0.06, (count, 2)) + np.array([x, 0.5])) for count, x in ((900, 0.25), (300, 0.75)))
    alpha = picture_of(np.vstack([core, rim]), [RED] * 1200, 800, 800)[..., 3]
    dense, sparse = (np.percentile(alpha[380:420, x : x + 40], 5) for x in (180, 580))
    assert dense > 2.5 * sparse > 0


@pytest.mark.parametrize(
    ("place", "size", "row", "column"),
    [
        ((0.5, 0.9), (200, 200), 20, 100),
        ((0.1, 0.5), (200, 200), 100, 20),
        ((0.0, 0.5), (320, 200), 100, 60),
        ((0.5, 1.0), (200, 320), 60, 100),
    ],
)
def test_the_square_is_centred_with_its_top_on_top(place, size, row, column):
    alpha = picture_of([place], [RED], *size)[..., 3]
    brightest = np.unravel_index(alpha.argmax(), alpha.shape)
    assert brightest == pytest.approx((row, column), abs=1)


@pytest.mark.parametrize("corner", [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_a_document_in_a_corner_is_drawn(corner):
    assert picture_of([corner], [RED])[..., 3].max() > 60


def test_many_documents_at_one_place_are_a_dot_in_their_colour():
    picture = picture_of([(0.5, 0.5)] * 5000, [RED] * 5000)
    assert picture[100, 100, :3] == pytest.approx(np.array(RED[:3]), abs=1)
    assert (picture[..., 3] > 128).sum() < 200


def test_more_documents_look_denser():
    rng = np.random.default_rng(1)
    blob = np.vstack([rng.normal((0.3, 0.5), 0.05, (2000, 2)), rng.normal((0.7, 0.5), 0.05, (100, 2))])
    alpha = picture_of(blob, [RED] * 2100)[..., 3].astype(float)
    assert alpha[80:120, 40:80].mean() > 1.5 * alpha[80:120, 120:160].mean()


def test_memory_does_not_grow_with_the_number_of_topics():
    places = np.random.default_rng(1).uniform(0, 1, (5000, 2)).astype(np.float32)
    topic = np.arange(5000)

    def peak(topics):
        colors = np.random.default_rng(2).integers(0, 256, (topics, 4)).astype(np.uint8)[topic % topics]
        tracemalloc.start()
        shade(places, colors, 200, 200)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(2)  # compiles
    assert peak(500) < 1.2 * peak(2)


def test_webp_keeps_size_and_transparency():
    picture = picture_of([(0.5, 0.5)], [RED])
    image = Image.open(io.BytesIO(webp(picture)))
    assert (image.format, image.size, image.mode) == ("WEBP", (200, 200), "RGBA")
    alpha = np.asarray(image)[..., 3]
    assert alpha[0, 0] == 0
    assert int(alpha[100, 100]) == pytest.approx(int(picture[100, 100, 3]), abs=60)


def tiles_of(places, colors, levels):
    """Tiles by column and row."""
    return {tuple(map(int, path[2:-5].split("-"))): data for path, data in pyramid(places, colors, levels)}


def test_tiles_meet_without_a_seam():
    rng = np.random.default_rng(4)
    places = rng.normal(0.5, 0.1, (3000, 2)).clip(0, 1).astype(np.float32)
    colors = np.full((3000, 4), 255, np.uint8)
    tiles = tiles_of(places, colors, 1)
    assert set(tiles) == {(0, 0), (1, 0), (0, 1), (1, 1)}
    alpha = {at: np.asarray(Image.open(io.BytesIO(data)))[..., 3].astype(int) for at, data in tiles.items()}
    steps = {round(value * 12 / 255, 1) % 1 for each in alpha.values() for value in np.unique(each)}
    assert steps == {0.0}
    across = np.abs(alpha[0, 0][:, -1] - alpha[1, 0][:, 0])
    within = np.abs(alpha[0, 0][:, -2] - alpha[0, 0][:, -1])
    assert across.mean() < 3 * within.mean() + 2


def test_tiles_without_a_document_near_are_not_made():
    corner = np.array([[0.05, 0.05]], np.float32)
    tiles = [path for path, _ in pyramid(corner, np.array([RED], np.uint8), 2)]
    assert tiles == ["1/0-1.webp", "2/0-3.webp"]


def test_tiles_taken_over_from_before_are_as_if_drawn_anew(tmp_path, monkeypatch):
    rng = np.random.default_rng(6)
    places = rng.uniform(0, 1, (4000, 2)).astype(np.float32)
    places[:2] = 0.1, 0.9
    colors = np.array([[200, 30, 30, 255]] * 4000, np.uint8)
    other = colors.copy()
    other[np.hypot(*(places - 0.1).T) < 0.05, :3] = 30, 200, 30

    def written(name, colors, before=None):
        (tmp_path / name).mkdir()
        files = HashedFiles(tmp_path / name, before and tmp_path / before)
        known = KnownTiles(files)
        files.made_of(RASTER, places, colors)
        folder = tmp_path / name / files.add_set(RASTER, pyramid(places, colors, 2, known))
        known.write()
        files.write_record()
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.webp")}

    first, alone = written("first", colors), written("alone", other)
    drawn = []
    monkeypatch.setattr(density_tiles, "webp", lambda *given: drawn.append(1) or webp(*given))
    assert written("after", other, "first") == alone != first
    assert 0 < len(drawn) < len(first) / 2
    drawn.clear()
    with monkeypatch.context() as patch:
        patch.setattr(density_tiles, "find_glow", None)  # fails where it is called
        assert written("same", other, "after") == alone
    assert not drawn
    damaged = next((tmp_path / "same").glob("raster-*/2/0-3.webp"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    assert written("mended", other, "same") == alone
    assert drawn


def test_larger_datasets_get_deeper_pyramids_up_to_a_limit():
    assert [pyramid_levels(n) for n in (1, 10_000, 10**6, 10**9)] == [1, 2, 4, 4]


def test_a_picture_is_made_to_fit():
    rng = np.random.default_rng(1)
    places, colors = rng.uniform(0, 1, (5000, 2)).astype(np.float32), np.full((5000, 4), 255, np.uint8)

    def noise(soft):
        return shade(places, colors, 300, 300, soft)

    free, tight, least = (webp_within(noise, limit) for limit in (10**6, 12_000, 1))
    assert free == webp(noise(0.0), 50, 24)
    assert len(least) < len(tight) <= 12_000 < len(free)
    assert Image.open(io.BytesIO(tight)).size == (300, 300)


def test_softened_dots_hold_as_much_ink():
    crisp, soft = (
        shade(np.array([(0.5, 0.5)], np.float32), np.array([RED], np.uint8), 400, 400, by)[..., 3].astype(float)
        for by in (0.0, 3.0)
    )
    around = np.hypot(*np.indices(crisp.shape) - 200)
    assert soft.max() < crisp.max()
    assert soft[around < 12].sum() == pytest.approx(crisp[around < 12].sum(), rel=0.3)


def test_tiles_of_a_crowded_map_are_small_and_meet_seamlessly():
    rng = np.random.default_rng(5)
    places, colors = (
        rng.uniform(0, 1, (60_000, 2)).astype(np.float32),
        rng.integers(0, 256, (60_000, 4)).astype(np.uint8) | np.array([0, 0, 0, 255], np.uint8),
    )
    tiles = tiles_of(places, colors, 1)
    assert sum(map(len, tiles.values())) <= TILE_BYTES * len(tiles)
    left, right = (np.asarray(Image.open(io.BytesIO(tiles[x, 0])))[..., 3].astype(int) for x in (0, 1))
    across, within = np.abs(left[:, -1] - right[:, 0]), np.abs(left[:, -2] - left[:, -1])
    assert across.mean() < 3 * within.mean() + 2
