package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import java.nio.file.Path;

/** Offers {@link Manifest}, divided as {@link ImageFolderProvider} does. */
record ManifestProvider() implements DatasetProvider {
  @Override
  public String name() {
    return "manifest";
  }

  @Override
  public String description() {
    return "Your own pictures, listed in a CSV or JSON file with path, label and perhaps split";
  }

  @Override
  public Dataset open(DatasetRequest request) {
    Path location = request.location();
    if (location == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The data set manifest is read from files, and no place was given.",
          "Give the CSV or JSON file that lists the pictures with path and label.");
    }
    return Manifest.of(location)
        .division(0.8, 0.1, 0.1)
        .seed(request.seed())
        .split(request.split())
        .heldOutForBoth()
        .open();
  }
}
