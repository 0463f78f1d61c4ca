package dev.espalier.datasets.shapes;

import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;

/** Provides {@link Shapes}. */
public record ShapesProvider() implements DatasetProvider {
  @Override
  public String name() {
    return "shapes";
  }

  @Override
  public String description() {
    return "Generated images of ten shapes for trying things out; needs no files";
  }

  @Override
  public Dataset open(DatasetRequest request) {
    if (request.location() != null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The data set shapes is generated and does not read " + request.location() + ".",
          "Omit the location, or name the data set that it holds.");
    }
    return Shapes.of(request.split(), request.seed());
  }
}
