from otter.test_files import test_case

OK_FORMAT = False

name = "load_photograph"
points = None

@test_case(points=0.5, hidden=False)
def test_image_is_coffee(image):
    """The photograph coffee.png is loaded as an array of height × width × channels."""
    import numpy as np
    pixels = np.asarray(image)
    assert pixels.shape == (100, 150, 3), f'image has shape {pixels.shape}, due is (100, 150, 3)'
    sums = pixels.reshape(-1, 3).astype(float).sum(axis=0)
    due = [2382227, 1290636, 775953]
    assert np.allclose(sums, due), 'these are not the values 0 … 255 of coffee.png; load it and change nothing'

@test_case(points=0.5, hidden=False)
def test_pixels_are_standardised(image, Z):
    """Z has one row per pixel, in the order of the image, and each channel has mean 0 and standard deviation 1."""
    import numpy as np
    pixels = np.asarray(image, dtype=float).reshape(-1, 3)
    points = np.asarray(Z, dtype=float)
    assert points.shape == (15000, 3), f'Z has shape {points.shape}, due is (15000, 3)'
    assert np.abs(points.mean(axis=0)).max() < 1e-06, f'the channels of Z have means {points.mean(axis=0)}, due is 0; check zscore'
    assert np.allclose(points.std(axis=0), 1, atol=1e-06), f'the channels of Z have standard deviations {points.std(axis=0)}, due is 1; check zscore'
    for channel in range(3):
        together = np.corrcoef(points[:, channel], pixels[:, channel])[0, 1]
        assert together > 1 - 1e-06, f'column {channel} of Z does not follow channel {channel} of the image pixel by pixel; are the rows in the order of the image?'

