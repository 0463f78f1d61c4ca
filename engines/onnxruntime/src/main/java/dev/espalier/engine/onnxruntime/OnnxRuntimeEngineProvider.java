package dev.espalier.engine.onnxruntime;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import java.util.List;

/**
 * Provides the ONNX Runtime engine, which predicts and evaluates but does not train. Its native
 * libraries come from the artifact {@code com.microsoft.onnxruntime:onnxruntime}, which has those
 * of all platforms, and are unpacked once into a cache folder; nothing is ever downloaded.
 *
 * <p>Options: {@link EngineOptions#CACHE_FOLDER}, where to unpack; {@link
 * EngineOptions#LIBRARY_FOLDER}, the folder of an installed ONNX Runtime of the same version with
 * its Java bindings to use instead; {@code spinning}, disabled by default.
 *
 * <p>Each engine has its own number of threads. Immutable.
 */
public final class OnnxRuntimeEngineProvider implements EngineProvider {
  static final String NAME = "onnxruntime";

  private final ClassLoader classLoader;
  private final SliceLimits limits;

  /** Creates a provider that looks for the native libraries with its own class loader. */
  public OnnxRuntimeEngineProvider() {
    this(OnnxRuntimeEngineProvider.class.getClassLoader());
  }

  OnnxRuntimeEngineProvider(ClassLoader classLoader) {
    this(classLoader, SliceLimits.cached());
  }

  OnnxRuntimeEngineProvider(ClassLoader classLoader, SliceLimits limits) {
    this.classLoader = classLoader;
    this.limits = limits;
  }

  private NativeLoader loader() {
    return new NativeLoader(classLoader, NativeLoader.currentPlatform());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<EnginePurpose> purposes() {
    return List.of(EnginePurpose.INFERENCE);
  }

  @Override
  public Availability probe(EngineOptions options) {
    try {
      return loader().probe(OnnxRuntimeOptions.of(this, options, System.getenv()));
    } catch (EspalierException e) {
      return Availability.unusable(e);
    }
  }

  @Override
  public Engine open(EngineOptions options) {
    OnnxRuntimeOptions checked = OnnxRuntimeOptions.of(this, options, System.getenv());
    return new OnnxRuntimeEngine(
        loader().load(checked), checked.threads(), checked.spinning(), limits);
  }

  @Override
  public List<OptionDescription<?>> options() {
    return OnnxRuntimeOptions.DESCRIPTIONS;
  }
}
