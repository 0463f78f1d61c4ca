package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.espalier.callback.Callback;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.Phase;
import dev.espalier.model.Model;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.model.LayerContract;
import dev.espalier.testkit.plugin.PluginContract;
import dev.espalier.testkit.training.CallbackContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Contracts that nothing fails would be worth nothing: bad implementations fail what they break.
 */
class ContractsBiteTest {
  private static Set<String> failuresOf(Class<?> contract) {
    Set<String> failed = new TreeSet<>();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(contract)).build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                  failed.add(
                      test.getSource()
                          .map(source -> ((MethodSource) source).getMethodName())
                          .orElse(test.getDisplayName()));
                }
              }
            });
    return failed;
  }

  @Test
  void aGradientThatIsCutOffIsFound() {
    assertThat(failuresOf(CutOffCase.class))
        .containsExactly("gradientsAreThoseOfFiniteDifferences");
  }

  @Test
  void aLayerThatMixesSamplesIsFound() {
    assertThat(failuresOf(MixingCase.class))
        .containsExactly("predictionOfASampleDoesNotDependOnTheOthers");
  }

  @Test
  void aLayerThatIgnoresItsPhaseIsFound() {
    assertThat(failuresOf(RestlessCase.class))
        .containsExactly(
            "asksForNoRandomNumbersAndMovesNoStatisticsInInference",
            "movesNoStatisticsWhileItIsFrozen");
  }

  @Test
  void aModelFileThatChangesTheLayerIsFound() {
    assertThat(failuresOf(ForgetfulCase.class))
        .containsExactly("aModelWithItComesBackFromAFileAsItWas");
  }

  @Test
  void aCallbackThatKeepsItsStateIsFound() {
    assertThat(failuresOf(CountingCase.class)).contains("startsAfreshInEachTraining");
  }

  @Test
  void aCallbackThatNeedsItsMetricIsFound() {
    assertThat(failuresOf(DemandingCase.class)).containsExactly("toleratesMissingMetrics");
  }

  @Test
  void aPluginThatIsPoorlyDescribedIsFound() {
    assertThat(failuresOf(CarelessCase.class))
        .containsExactly(
            "everyComponentCommandAndFormatIsDescribedInOneSentence",
            "everyDefaultIsAValueOfItsOption",
            "everyOptionIsDescribedInOneSentence",
            "idIsLowerCaseWithHyphens",
            "isFoundByTheServiceLoader",
            "namesAreLowerCaseWithHyphensAndTakenOnce",
            "saysWhichVersionOfTheInterfaceItWasBuiltFor",
            "whatHasDefaultsForAllOptionsCanBeMade");
  }

  /** Gives the model back: these layers are in no plugin, so that no file of theirs can be read. */
  abstract static class Case extends LayerContract {
    @Override
    public Model saveAndRead(Model model, Path file) {
      return model;
    }
  }

  record CutOff() implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      return context.ops().stopGradient(inputs[0]);
    }
  }

  static class CutOffCase extends Case {
    @Override
    protected Layer layer() {
      return new CutOff();
    }
  }

  record Mixing() implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      return context
          .ops()
          .subtract(inputs[0], context.ops().reduce(Reduction.MEAN, inputs[0], true, 0));
    }
  }

  static class MixingCase extends Case {
    @Override
    protected Layer layer() {
      return new Mixing();
    }
  }

  record Restless() implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      Tensor count = context.nonTrainable("count", TensorType.float32(1), Initializers.zeros());
      if (context.phase() == Phase.TRAINING) {
        context.update("count", context.ops().add(count, 1));
      }
      Tensor noise = context.randomUniform("noise", inputs[0].shape());
      return context.ops().add(inputs[0], context.ops().multiply(noise, 0));
    }
  }

  static class RestlessCase extends Case {
    @Override
    protected Layer layer() {
      return new Restless();
    }
  }

  static class ForgetfulCase extends LayerContract {
    @Override
    protected Layer layer() {
      return dev.espalier.layer.Flatten.create();
    }

    @Override
    public Model saveAndRead(Model model, Path file) {
      return model.freeze().withName("another");
    }
  }

  static class CountingCase extends CallbackContract {
    @Override
    protected Callback callback() {
      return new Callback() {
        private int epochs;

        @Override
        public void onEpochEnd(EpochEnd event) {
          epochs++;
          if (epochs == 12) {
            event.control().requestStop("twelve epochs");
          }
        }
      };
    }
  }

  static class DemandingCase extends CallbackContract {
    @Override
    protected Callback callback() {
      return new Callback() {
        @Override
        public void onEpochEnd(EpochEnd event) {
          if (event.logs().get("val_loss") == null) {
            throw new IllegalStateException("no val_loss");
          }
        }
      };
    }
  }

  static class CarelessCase extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new Careless();
    }
  }

  static final class Careless implements Plugin {
    private static final OptionDescription<Integer> SIZE =
        OptionDescription.wholeNumber("size", 1, 9, "the size").withDefault(10);

    @Override
    public String id() {
      return "Careless_Plugin";
    }

    @Override
    public List<Component<Callback>> callbacks() {
      return List.of(
          Component.of("quiet", "does nothing", List.of(SIZE), options -> nothing()),
          Component.of("quiet", "Does nothing.", List.of(), options -> nothing()));
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static Callback nothing() {
      return null;
    }
  }
}
