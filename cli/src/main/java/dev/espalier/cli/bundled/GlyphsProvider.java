package dev.espalier.cli.bundled;

import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;

/** Provides {@link Glyphs}. */
record GlyphsProvider() implements DatasetProvider {
  @Override
  public String name() {
    return "glyphs";
  }

  @Override
  public String description() {
    return "Generated images of 40 random glyphs, which the bundled weights were trained on";
  }

  @Override
  public Dataset open(DatasetRequest request) {
    if (request.location() != null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The data set glyphs is generated and does not read " + request.location() + ".",
          "Omit the location, or name the data set that is stored there.");
    }
    return new Glyphs(request.split(), request.seed());
  }
}
