package dev.espalier.models.resnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Shape;
import dev.espalier.layer.Dropout;
import dev.espalier.model.Model;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResNetPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new ResNetPlugin();
  }

  private ModelProvider provider(String name) {
    return plugin().models().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void allVariantsAreOfferedByName() {
    assertThat(plugin().models())
        .extracting(ModelProvider::name)
        .containsExactly("resnet-18", "resnet-34", "resnet-50", "resnet-101");
    assertThat(provider("resnet-101").description())
        .isEqualTo("ResNet-101 for images of 224 pixels, 44.7 million parameters");
  }

  @Test
  void theDefaultRequestGivesTheModelOfTorchvision() {
    Model model = provider("resnet-18").create(ModelRequest.defaults());
    assertThat(model.name()).isEqualTo("resnet18");
    assertThat(model.trainableParameterCount()).isEqualTo(11_689_512);
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, 224, 224, 3));
  }

  @Test
  void theNetworkOfKerasIsAnOption() {
    ModelProvider provider = provider("resnet-50");
    Model model =
        provider.create(
            ModelRequest.defaults()
                .withOptions(
                    OptionValues.of("the model", provider.options(), Map.of("origin", "keras"))));
    assertThat(model.parameterCount()).isEqualTo(25_636_712);
  }

  @Test
  void aRequestIsFulfilled() {
    Model model =
        provider("resnet-18")
            .create(
                ModelRequest.defaults()
                    .withImageSize(64)
                    .withChannels(1)
                    .withClasses(7)
                    .withDropConnectRate(0.1));
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, 64, 64, 1));
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 7));
    assertThat(model.layers()).filteredOn(layer -> layer.layer() instanceof Dropout).hasSize(7);
  }
}
