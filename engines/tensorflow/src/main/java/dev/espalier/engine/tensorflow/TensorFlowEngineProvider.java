package dev.espalier.engine.tensorflow;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;

/**
 * Offers TensorFlow. Its native libraries come from the artifact {@code
 * org.tensorflow:tensorflow-core-native} with the classifier of the platform, and are unpacked once
 * into a cache folder; nothing is downloaded.
 *
 * <p>Options: {@code cache-folder}, where to unpack (default: the environment variable {@code
 * ESPALIER_CACHE}, else {@code espalier} in {@code XDG_CACHE_HOME} or {@code ~/.cache}); {@code
 * library-folder}, the folder of an installed TensorFlow 2.16 for Java to use instead.
 *
 * <p>The number of threads is a property of the process: the first engine that is opened sets it.
 * Immutable.
 */
public final class TensorFlowEngineProvider implements EngineProvider {
  static final String NAME = "tensorflow";

  private final ClassLoader classLoader;

  /** Creates a provider that finds the native artifact with the class loader of this class. */
  public TensorFlowEngineProvider() {
    this(TensorFlowEngineProvider.class.getClassLoader());
  }

  TensorFlowEngineProvider(ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  private NativeLoader loader() {
    return new NativeLoader(classLoader, NativePlatform.current(), NativeLoader.folderOfDjl());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability probe() {
    NativeLoader.Found found = loader().find(null);
    return new Availability(found.problem() == null, found.explanation());
  }

  @Override
  public Engine open(EngineOptions options) {
    TensorFlowOptions checked = TensorFlowOptions.of(options, System.getenv());
    loader().load(checked);
    return new TensorFlowEngine(new SessionConfig(checked.threads()));
  }
}
