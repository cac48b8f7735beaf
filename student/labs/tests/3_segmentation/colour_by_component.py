from otter.test_files import test_case

OK_FORMAT = False

name = "colour_by_component"
points = None

@test_case(points=1, hidden=False)
def test_colours_of_six_pixels(colour_by_component):
    """Each of six pixels gets the colour of its most responsible component, back in values of the image."""
    import numpy as np
    image = np.array([[[10, 0, 200], [30, 90, 200], [10, 0, 100]], [[30, 90, 100], [10, 0, 200], [30, 90, 100]]], dtype=np.uint8)
    resp = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.1, 0.9], [0.7, 0.3], [0.0, 1.0]])
    means = np.array([[-1.0, -0.5, 0.0], [0.5, 1.0, 0.4]])
    painted = np.asarray(colour_by_component(image, resp, means))
    due = np.array([[10, 22, 150], [25, 90, 170]])[[[0, 1, 0], [1, 0, 1]]]
    assert painted.shape == (2, 3, 3), f'the picture has shape {painted.shape}, due is that of the image, (2, 3, 3)'
    assert painted.dtype == np.uint8, f'the picture has type {painted.dtype}, due is uint8'
    worst = np.abs(painted.astype(float) - due).max()
    assert worst <= 1, f'the colours {np.unique(painted.reshape(-1, 3), axis=0).tolist()} came back, due are [10, 22, 150] and [25, 90, 170] (1 up or down is accepted); value = z · standard deviation + mean'

