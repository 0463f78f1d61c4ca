package dev.espalier.core.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.schedule.CosineDecay;
import org.junit.jupiter.api.Test;

/** Settings as versions noted them in which schedules were among the optimizers. */
class EarlierSettingsTest {
  private static void assertMeans(String noted, Optimizer optimizer) {
    JsonObject then = JsonParser.parseString("{\"optimizer\":" + noted + "}").getAsJsonObject();
    JsonObject now = new JsonObject();
    now.add("optimizer", SettingsJson.of(optimizer));
    JsonObject today = EarlierSettings.inTodaysWords(then);
    assertThat(SettingsDifference.between(today, now)).isEmpty();
    assertThat(today.getAsJsonObject("optimizer").keySet())
        .containsExactlyInAnyOrderElementsOf(now.getAsJsonObject("optimizer").keySet());
    assertThat(EarlierSettings.inTodaysWords(now)).as("what is noted now").isEqualTo(now);
  }

  @Test
  void aConstantLearningRate() {
    assertMeans(
        "{\"class\":\"dev.espalier.optimizer.Adam\",\"learningRate\":{\"class\":"
            + "\"dev.espalier.training.ConstantLearningRate\",\"learningRate\":\"0.05\"},"
            + "\"beta1\":\"0.9\",\"beta2\":\"0.999\",\"epsilon\":\"1.0E-7\",\"amsgrad\":false}",
        Adam.of(0.05));
  }

  @Test
  void aCosineDecayWhoseLengthWasANumberOfSteps() {
    assertMeans(
        "{\"class\":\"dev.espalier.optimizer.Sgd\",\"learningRate\":{\"class\":"
            + "\"dev.espalier.training.CosineDecay\",\"initialLearningRate\":\"0.1\","
            + "\"steps\":\"40\",\"alpha\":\"0.0\"},\"momentum\":\"0.9\",\"lookAhead\":false,"
            + "\"weightDecay\":\"0.0\",\"undecayed\":[]}",
        Sgd.of(CosineDecay.of(0.1, 40)).momentum(0.9));
  }

  @Test
  void anAdamWThatRepeatedAdam() {
    assertMeans(
        "{\"class\":\"dev.espalier.optimizer.AdamW\",\"learningRate\":{\"class\":"
            + "\"dev.espalier.training.ConstantLearningRate\",\"learningRate\":\"0.02\"},"
            + "\"beta1\":\"0.8\",\"beta2\":\"0.999\",\"epsilon\":\"1.0E-7\",\"amsgrad\":true,"
            + "\"weightDecay\":\"0.004\",\"undecayed\":[\"bias\"]}",
        AdamW.of(0.02).beta1(0.8).amsgrad(true).excludeFromWeightDecay("bias"));
  }

  @Test
  void aComponentThatWasRenamed() {
    JsonObject then =
        JsonParser.parseString(
                "{\"class\":\"dev.espalier.augment.GaussianNoise\",\"deviation\":{\"low\":\"0.0\"}}")
            .getAsJsonObject();
    assertThat(EarlierSettings.inTodaysWords(then))
        .isEqualTo(
            JsonParser.parseString(
                "{\"class\":\"GaussianNoise\",\"standardDeviation\":{\"low\":\"0.0\"}}"));
  }

  @Test
  void whatDiffersStillDoes() {
    JsonObject then =
        JsonParser.parseString(
                "{\"optimizer\":{\"class\":\"dev.espalier.training.CosineDecay\","
                    + "\"initialLearningRate\":\"0.1\",\"steps\":\"40\",\"alpha\":\"0.0\"}}")
            .getAsJsonObject();
    JsonObject now = new JsonObject();
    now.add("optimizer", SettingsJson.of(CosineDecay.of(0.1, 41)));
    assertThat(SettingsDifference.between(EarlierSettings.inTodaysWords(then), now))
        .containsExactly("optimizer.decay.length was 40.0 and is 41.0");
  }
}
