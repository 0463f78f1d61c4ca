package dev.espalier.models.convnext;

import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.models.ImageModelBuilder;
import dev.espalier.models.InputNormalization;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Builds a {@link ConvNeXt}. Weights of timm, torchvision and Keras are recognized by their names.
 * The input normalization is {@link InputNormalization#IMAGENET}; images that do not have three
 * channels have {@link InputNormalization#CENTERED}. There is no dropout and no stochastic depth
 * unless it is set, as in Keras and timm; the paper trains Tiny, Small and Base with the stochastic
 * depth rates 0.1, 0.4 and 0.5.
 */
public final class ConvNeXtBuilder extends ImageModelBuilder<ConvNeXtBuilder> {
  private static final int IMAGE_SIZE = 224;

  private final ConvNeXtStages stages;

  ConvNeXtBuilder(ConvNeXtStages stages) {
    super(stages.name().replace("-", ""), IMAGE_SIZE, 0, 0);
    this.stages = stages;
  }

  private ConvNeXtBuilder(ConvNeXtBuilder other) {
    super(other);
    stages = other.stages;
  }

  @Override
  protected ConvNeXtBuilder copy() {
    return new ConvNeXtBuilder(this);
  }

  @Override
  protected List<Double> dropConnectRates(double rate) {
    int last = Math.max(1, stages.blocks() - 1);
    return IntStream.range(0, stages.blocks()).mapToObj(i -> rate * i / last).toList();
  }

  @Override
  public Map<String, WeightNames> weightNames() {
    return Map.of("timm", ConvNeXtNames.TIMM);
  }

  @Override
  protected String pretrainedName() {
    return stages.name();
  }

  @Override
  protected LayerOutput head(LayerOutput means) {
    return withoutTop(means);
  }

  @Override
  protected LayerOutput withoutTop(LayerOutput features) {
    return ConvNeXtStages.normalized(features, "head_layernorm");
  }

  @Override
  protected Model create() {
    check();
    InputNormalization normalization = chooseConstantNormalization();
    Model model = connect(images -> features(normalized(images, normalization)));
    return withWeights(model, ConvNeXtNames.of(weights(), includesTop()));
  }

  private LayerOutput features(LayerOutput images) {
    List<Double> rates = dropConnectRates();
    LayerOutput x = images;
    int number = 0;
    for (int stage = 0; stage < stages.depths().size(); stage++) {
      x = stages.entrance(x, stage);
      for (int block = 0; block < stages.depths().get(stage); block++) {
        LayerOutput branch = stages.branch(x, stage, block);
        x = skipping(branch, x, ConvNeXtStages.prefix(stage, block), rates.get(number++));
      }
    }
    return x;
  }
}
