package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import java.nio.file.Path;
import java.util.List;

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
  public List<OptionDescription<?>> options() {
    return PictureOptions.all();
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
    return PictureOptions.open(Manifest.of(location), request);
  }
}
