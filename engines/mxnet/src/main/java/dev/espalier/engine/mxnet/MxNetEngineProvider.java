package dev.espalier.engine.mxnet;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.library.BundledLibrary;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import java.util.List;

/**
 * Provides the MXNet engine. Its native library comes from the artifact {@code
 * ai.djl.mxnet:mxnet-native-mkl} with the classifier of the platform and is unpacked once into a
 * cache folder.
 *
 * <p>Options: {@link EngineOptions#CACHE_FOLDER}, where to unpack; {@link
 * EngineOptions#LIBRARY_FOLDER}, the folder with {@code libmxnet} of an installed MXNet 1.9.1;
 * {@link EngineOptions#ALLOW_DOWNLOAD}, which lets DJL download what is not on the class path.
 *
 * <p>The number of threads applies to the process: the first engine that is opened sets it.
 * Immutable.
 */
public final class MxNetEngineProvider implements EngineProvider {
  static final String NAME = "mxnet";

  private final ClassLoader classLoader;

  /** Creates a provider that looks for the native artifact with the class loader of this class. */
  public MxNetEngineProvider() {
    this(MxNetEngineProvider.class.getClassLoader());
  }

  MxNetEngineProvider(ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  private NativeLoader loader() {
    return new NativeLoader(classLoader, BundledLibrary.currentPlatform());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability probe(EngineOptions options) {
    try {
      return loader().probe(MxNetOptions.of(this, options, System.getenv()));
    } catch (EspalierException e) {
      return Availability.unusable(e);
    }
  }

  @Override
  public Engine open(EngineOptions options) {
    return loader().load(MxNetOptions.of(this, options, System.getenv()));
  }

  @Override
  public List<OptionDescription<?>> options() {
    return MxNetOptions.DESCRIPTIONS;
  }

  @Override
  public String gpuRequirement() {
    return "Linux on x86-64, an NVIDIA GPU with CUDA 11.2, and"
        + " ai.djl.mxnet:mxnet-native-cu112mkl:1.9.1:linux-x86_64 on the class path.";
  }
}
