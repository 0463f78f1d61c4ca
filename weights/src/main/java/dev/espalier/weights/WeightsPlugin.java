package dev.espalier.weights;

import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.weights.keras.KerasArchive;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import dev.espalier.weights.keras.KerasWeightsHdf5;
import dev.espalier.weights.numpy.NumpyFormat;
import dev.espalier.weights.pretrained.Catalogue;
import dev.espalier.weights.pytorch.PyTorchFormat;
import dev.espalier.weights.tensorflow.TensorFlowCheckpoint;
import java.util.List;

/**
 * Contributes the weight files and models of other frameworks and the catalogue of published
 * weights.
 */
public final class WeightsPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public WeightsPlugin() {}

  @Override
  public String id() {
    return "weights";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<WeightFormat> weightFormats() {
    return List.of(
        new KerasLegacyHdf5(),
        new KerasWeightsHdf5(),
        new KerasArchive(),
        new PyTorchFormat(),
        new TensorFlowCheckpoint(),
        new NumpyFormat());
  }

  @Override
  public List<PretrainedWeights> pretrainedWeights() {
    return Catalogue.builtIn();
  }
}
