from otter.test_files import test_case

OK_FORMAT = False

name = "segment_gray"
points = None

@test_case(points=1, hidden=False)
def test_gray_stripes(segment_gray):
    """Three stripes are found, each pixel at its place, the darkest with label 0."""
    import numpy as np
    rng = np.random.default_rng(2)
    due = np.repeat([[2, 2, 0, 0, 0, 1, 1]], 10, axis=0)
    due[0] = 1
    image = np.array([30, 120, 210])[due] + rng.integers(-6, 7, due.shape)
    labels = np.asarray(segment_gray(image.astype(np.uint8), 3))
    assert labels.shape == (10, 7), f'the labels have shape {labels.shape}, due is that of the image, (10, 7)'
    wrong = int((labels != due).sum())
    assert wrong == 0, f'{wrong} of 70 pixels have a wrong label; is 0 the darkest, and is each label back at its pixel?'

