package dev.espalier.engine.tensorflow;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.engine.tensorflow.internal.NativeArtifact;
import dev.espalier.engine.tensorflow.internal.NativeLoader;
import dev.espalier.engine.tensorflow.internal.NativePlatform;
import dev.espalier.engine.tensorflow.internal.SessionThreads;
import dev.espalier.engine.tensorflow.internal.TensorFlowOptions;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import java.util.List;

/**
 * Provides the TensorFlow engine. Its native libraries come from the artifact {@code
 * org.tensorflow:tensorflow-core-native} with the classifier of the platform, and are unpacked once
 * into a cache folder; nothing is ever downloaded.
 *
 * <p>Options: {@link EngineOptions#CACHE_FOLDER}, where to unpack; {@link
 * EngineOptions#LIBRARY_FOLDER}, the folder of an installed TensorFlow 2.16 with Java bindings to
 * use instead.
 *
 * <p>The number of threads applies to the process: the first engine that is opened sets it.
 * Immutable.
 */
public final class TensorFlowEngineProvider implements EngineProvider {
  static final String NAME = "tensorflow";

  private final ClassLoader classLoader;
  private final SliceLimits limits;

  /** Creates a provider that looks for the native artifact with the class loader of this class. */
  public TensorFlowEngineProvider() {
    this(TensorFlowEngineProvider.class.getClassLoader());
  }

  TensorFlowEngineProvider(ClassLoader classLoader) {
    this(classLoader, SliceLimits.cached());
  }

  TensorFlowEngineProvider(ClassLoader classLoader, SliceLimits limits) {
    this.classLoader = classLoader;
    this.limits = limits;
  }

  private NativeLoader loader() {
    return new NativeLoader(classLoader, NativePlatform.current(), NativeLoader.folderOfDjl());
  }

  private TensorFlowOptions checked(EngineOptions options) {
    return TensorFlowOptions.of(this, options, System.getenv());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability probe(EngineOptions options) {
    try {
      return loader().probe(checked(options));
    } catch (EspalierException e) {
      return Availability.unusable(e);
    }
  }

  @Override
  public Engine open(EngineOptions options) {
    TensorFlowOptions checked = checked(options);
    SessionThreads threads = loader().load(checked);
    return new TensorFlowEngine(new SessionConfig(checked.threads()), threads, limits);
  }

  /** Loads the libraries, as {@link #open} does, without opening an engine. */
  void load(EngineOptions options) {
    loader().load(checked(options));
  }

  @Override
  public List<OptionDescription<?>> options() {
    return TensorFlowOptions.DESCRIPTIONS;
  }

  @Override
  public String gpuRequirement() {
    return "Linux, an NVIDIA GPU with its driver, CUDA 12 and cuDNN 8.9, and "
        + NativeArtifact.requiredCoordinates("linux-x86_64-gpu")
        + " on the class path.";
  }
}
