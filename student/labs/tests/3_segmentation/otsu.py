from otter.test_files import test_case

OK_FORMAT = False

name = "otsu"
points = None

@test_case(points=1, hidden=False)
def test_otsu_on_three_groups(otsu):
    """Three groups of gray values with gaps between them are separated by the two thresholds."""
    import numpy as np
    image = np.array([[10, 12, 14, 90], [92, 94, 200, 13], [210, 220, 91, 11]], dtype=np.uint8)
    t1, t2 = otsu(image)
    assert 14 <= t1 < 90, f't1 is {t1}; it must lie between 14 (still dark) and 89'
    assert 94 <= t2 < 200, f't2 is {t2}; it must lie between 94 (still gray) and 199'

