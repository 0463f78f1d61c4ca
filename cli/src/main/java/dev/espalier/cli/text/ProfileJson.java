package dev.espalier.cli.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.core.profile.Profile;
import dev.espalier.core.profile.ProfileRow;
import dev.espalier.core.profile.ProfiledOperator;
import dev.espalier.model.Model;
import java.util.List;

/** A profile as JSON: its tables, complete, and what they are made of. */
public final class ProfileJson {
  private ProfileJson() {}

  public static JsonObject of(Model model, Profile profile) {
    JsonObject object = new JsonObject();
    object.addProperty("model", model.name());
    object.addProperty("step", profile.step());
    object.addProperty("engine", profile.engine());
    object.addProperty("version", profile.version());
    object.addProperty("device", profile.device().toString());
    object.addProperty("precision", profile.precision().lowerCaseName());
    object.addProperty("batchSize", profile.batchSize());
    object.addProperty("steps", profile.steps());
    object.addProperty("milliseconds", profile.milliseconds());
    object.addProperty("unmeasuredMilliseconds", profile.unmeasuredMilliseconds());
    object.addProperty("otherMilliseconds", profile.otherMilliseconds());
    object.add("layers", rows(profile.byLayer()));
    object.add("primitives", rows(profile.byPrimitive()));
    object.add("operators", rows(profile.byOperator()));
    JsonArray details = new JsonArray();
    for (ProfiledOperator operator : profile.operators()) {
      JsonObject one = new JsonObject();
      one.addProperty("layer", operator.origin().layer());
      one.addProperty("primitive", operator.origin().primitive());
      one.addProperty("gradient", operator.origin().gradient());
      one.addProperty("operator", operator.operator());
      one.addProperty("milliseconds", operator.milliseconds());
      one.addProperty("calls", operator.calls());
      one.addProperty("bytes", operator.bytes());
      details.add(one);
    }
    object.add("details", details);
    return object;
  }

  private static JsonArray rows(List<ProfileRow> rows) {
    JsonArray array = new JsonArray();
    for (ProfileRow row : rows) {
      JsonObject one = new JsonObject();
      one.addProperty("name", row.name());
      one.addProperty("milliseconds", row.milliseconds());
      one.addProperty("gradientMilliseconds", row.gradientMilliseconds());
      one.addProperty("fraction", row.fraction());
      one.addProperty("calls", row.calls());
      one.addProperty("bytes", row.bytes());
      array.add(one);
    }
    return array;
  }
}
