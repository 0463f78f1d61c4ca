package dev.espalier.testkit.engine;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Session;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * The contract of engines. The test class of an engine extends this class and names its provider;
 * it inherits the tests. Those of capabilities that the engine does not declare are skipped: of one
 * that only predicts, for example, all that compute gradients.
 *
 * <ul>
 *   <li>{@link PrimitiveContract}: each primitive and its gradient against plain Java
 *   <li>{@link PrecisionContract}: primitives in floating-point types of 16 bits
 *   <li>{@link ProgramContract}: gradients through whole graphs, inputs, outputs and updates
 *   <li>{@link GradientContract}: gradients at kinks and ties, of batch means and variances, and in
 *       a second run
 *   <li>{@link SessionContract}: variables, life cycle, errors
 *   <li>{@link FailureContract}: which run reports a failure, and what is not a failure
 *   <li>{@link CapabilityContract}: which capabilities the engine declares, and rejects otherwise
 *   <li>{@link ConcurrencyContract}: several sessions and engines, on several threads
 *   <li>{@link ResourceContract}: memory
 * </ul>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EngineContract
    implements PrimitiveContract,
        PrecisionContract,
        ProgramContract,
        GradientContract,
        SessionContract,
        FailureContract,
        CapabilityContract,
        ConcurrencyContract,
        ResourceContract {
  private @Nullable Engine engine;

  /** For subclasses. */
  protected EngineContract() {}

  /** Returns the provider of the engine under test. */
  protected abstract EngineProvider provider();

  /** Returns the options to open the engine with. */
  protected EngineOptions options() {
    return EngineOptions.defaults();
  }

  @BeforeAll
  final void openEngine() {
    engine = provider().open(options());
  }

  @AfterAll
  final void closeEngine() {
    if (engine != null) {
      engine.close();
    }
  }

  @Override
  public final EngineProvider engineProvider() {
    return provider();
  }

  @Override
  public final Engine engine() {
    return Objects.requireNonNull(engine, "the engine is opened before the tests");
  }

  @Override
  public final Engine openAnotherEngine() {
    return provider().open(options());
  }

  @Override
  public final Session openSession() {
    return engine().openSession(Device.cpu());
  }
}
