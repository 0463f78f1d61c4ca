package dev.espalier.augment.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.augment.Range;
import dev.espalier.augment.color.Equalize;
import dev.espalier.augment.color.RandomBrightness;
import dev.espalier.augment.color.RandomHue;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.augment.geometry.RandomRotation;
import dev.espalier.augment.policy.Chain;
import dev.espalier.augment.policy.RandomApply;
import dev.espalier.data.Augmentation;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What configuration says, the value is; and what the value is, configuration can say. */
class AugmentPluginTest {
  private static final Map<String, String> SIZE = Map.of("height", "5", "width", "7");

  static Stream<Component<?>> components() {
    AugmentPlugin plugin = new AugmentPlugin();
    return Stream.concat(plugin.augmentations().stream(), plugin.batchAugmentations().stream());
  }

  private static Map<String, String> required(Component<?> component) {
    boolean sized =
        component.options().stream()
            .anyMatch(option -> option.name().equals("height") && option.defaultValue() == null);
    return sized ? SIZE : Map.of();
  }

  @ParameterizedTest
  @MethodSource("components")
  <T> void aValueHasTheParametersThatItsOptionsDescribeAndRoundTrips(Component<T> component)
      throws ReflectiveOperationException {
    List<T> parts = parts(component);
    T value = component.create("it", required(component), parts);
    RecordComponent[] parameters = value.getClass().getRecordComponents();
    List<String> names = new ArrayList<>();
    component.options().forEach(option -> names.add(option.name()));
    if (component.parts() != null) {
      names.add(component.parts().name());
    }
    assertThat(names)
        .containsExactlyElementsOf(
            Stream.of(parameters).map(parameter -> optionName(parameter.getName())).toList());
    Map<String, String> written = new LinkedHashMap<>();
    for (int i = 0; i < component.options().size(); i++) {
      OptionDescription<?> option = component.options().get(i);
      written.put(option.name(), format(option, parameters[i].getAccessor().invoke(value)));
    }
    assertThat((Object) component.create("it", written, parts)).isEqualTo(value);
    assertThat(value.toString()).startsWith(value.getClass().getSimpleName());
  }

  @SuppressWarnings("unchecked") // what is made of others is an augmentation
  private static <T> List<T> parts(Component<T> component) {
    return component.parts() == null
        ? List.of()
        : (List<T>) List.of(RandomFlip.horizontal(), RandomApply.of(0.1, new Equalize()));
  }

  @SuppressWarnings("unchecked") // the option's own value
  private static <T> String format(OptionDescription<T> option, Object value) {
    return option.type().format((T) value);
  }

  /** Options have the name of the component, but for Keras' word for a standard deviation. */
  private static String optionName(String component) {
    return component.equals("standardDeviation")
        ? "stddev"
        : component.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }

  private static Augmentation create(String name, Map<String, String> options) {
    return new AugmentPlugin()
        .augmentations().stream()
            .filter(component -> component.name().equals(name))
            .findFirst()
            .orElseThrow()
            .create("the augmentation " + name, options);
  }

  @Test
  void oneNumberMeansWhatItMeansInKeras() {
    assertThat(create("random-rotation", Map.of("factor", "0.1")))
        .isEqualTo(RandomRotation.of(0.1));
    assertThat(create("random-brightness", Map.of("factor", "0.3")))
        .isEqualTo(RandomBrightness.of(0.3));
    assertThat(create("random-hue", Map.of("factor", "0.2"))).isEqualTo(RandomHue.of(0.2));
    assertThat(create("random-rotation", Map.of("factor", "0.1, 0.2")))
        .isEqualTo(RandomRotation.of(Range.of(0.1, 0.2)));
  }

  @Test
  void anImpossibleParameterIsSaidWithWhatIsPossible() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> create("random-brightness", Map.of("factor", "2")))
        .withMessageContaining("RandomBrightness with a factor of -2..2 is out of range");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> create("random-crop", Map.of("height", "3")))
        .withMessageContaining(
            "The option \"width\" of the augmentation random-crop is not given.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> create("random-rotation", Map.of("factor", "0.3, 0.1")))
        .withMessageContaining("a range such as");
  }

  @Test
  void whatIsMadeOfOthersNeedsThem() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> create("random-choice", Map.of()))
        .withMessage(
            "There are 0 augmentations in the augmentation random-choice. Give 1 or more:"
                + " Augmentations to choose from. [ESP-604]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> create("random-apply", Map.of("probability", "2")))
        .withMessageContaining("Give a number from 0.0 to 1.0");
    assertThat(create("chain", Map.of())).isEqualTo(Chain.of());
  }

  @Test
  void everyAugmentationHasAName() {
    List<String> names = components().map(Component::name).toList();
    assertThat(names).doesNotHaveDuplicates().hasSize(36);
  }
}
