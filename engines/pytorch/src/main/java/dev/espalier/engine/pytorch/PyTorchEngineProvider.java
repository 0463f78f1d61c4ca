package dev.espalier.engine.pytorch;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.library.BundledLibrary;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import java.util.List;

/**
 * Provides the PyTorch engine. Its native library comes from the artifacts {@code
 * ai.djl.pytorch:pytorch-native-cpu} with the classifier of the platform and {@code
 * ai.djl.pytorch:pytorch-jni}, and is unpacked once into a cache folder.
 *
 * <p>Options: {@link EngineOptions#CACHE_FOLDER}, where to unpack; {@link
 * EngineOptions#LIBRARY_FOLDER}, the folder with {@code libtorch} of an installed PyTorch 2.7.1,
 * which may support GPUs; {@link EngineOptions#ALLOW_DOWNLOAD}, which lets DJL download what is not
 * on the class path; {@code large-pages}, enabled by default; {@code cudnn-benchmark}.
 *
 * <p>The number of threads applies to the process: the first engine that is opened sets it.
 * Immutable.
 */
public final class PyTorchEngineProvider implements EngineProvider {
  static final String NAME = "pytorch";

  private final ClassLoader classLoader;
  private final SliceLimits limits;

  /** Creates a provider that looks for the native artifacts with the class loader of this class. */
  public PyTorchEngineProvider() {
    this(PyTorchEngineProvider.class.getClassLoader());
  }

  PyTorchEngineProvider(ClassLoader classLoader) {
    this(classLoader, SliceLimits.cached());
  }

  PyTorchEngineProvider(ClassLoader classLoader, SliceLimits limits) {
    this.classLoader = classLoader;
    this.limits = limits;
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
      return loader().probe(PyTorchOptions.of(this, options, System.getenv()));
    } catch (EspalierException e) {
      return Availability.unusable(e);
    }
  }

  @Override
  public Engine open(EngineOptions options) {
    PyTorchOptions checked = PyTorchOptions.of(this, options, System.getenv());
    return new PyTorchEngine(loader().load(checked), IntraOpThreads.ofProcess(), limits);
  }

  @Override
  public List<OptionDescription<?>> options() {
    return PyTorchOptions.DESCRIPTIONS;
  }

  @Override
  public String gpuRequirement() {
    return "Linux or Windows on x86-64, an NVIDIA GPU with a driver for CUDA 12.8, and"
        + " PyTorch "
        + NativeLoader.VERSION
        + " for cu128: its folder torch/lib as the engine option \"library-folder\", or the option"
        + " \"allow-download\" with PYTORCH_FLAVOR=cu128 in the environment.";
  }
}
