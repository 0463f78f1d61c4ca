package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * What {@link Model#summary()} shows. Immutable.
 *
 * @param width width of the table in characters
 * @param connections whether a column names the layers each layer is connected to; by default only
 *     for models that are not a plain chain, as in Keras
 * @param trainable whether a column shows which layers are trainable
 * @param nested whether the layers of nested models are listed too
 */
public record SummaryOptions(
    int width, Connections connections, boolean trainable, boolean nested) {
  private static final int WIDEST = 10_000;

  /** Checks the width. */
  public SummaryOptions {
    if (width < 1 || width > WIDEST) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A summary cannot be " + width + " characters wide.",
          "Give a number from 1 to " + WIDEST + ".");
    }
  }

  /** Whether the column of connections is shown. */
  public enum Connections {
    /** If the model is not a plain chain. */
    AUTOMATIC,
    /** Always. */
    SHOWN,
    /** Never. */
    HIDDEN
  }

  /** Returns Keras' defaults; the width is the one that Keras takes on 80 columns. */
  public static SummaryOptions defaults() {
    return new SummaryOptions(76, Connections.AUTOMATIC, false, false);
  }

  /** Returns these options with another width. */
  public SummaryOptions width(int characters) {
    return new SummaryOptions(characters, connections, trainable, nested);
  }

  /** Returns these options with the column of connections shown or not. */
  public SummaryOptions connections(boolean shown) {
    return new SummaryOptions(
        width, shown ? Connections.SHOWN : Connections.HIDDEN, trainable, nested);
  }

  /** Returns these options with the column that shows which layers are trainable. */
  public SummaryOptions trainable(boolean shown) {
    return new SummaryOptions(width, connections, shown, nested);
  }

  /** Returns these options with the layers of nested models listed. */
  public SummaryOptions nested(boolean shown) {
    return new SummaryOptions(width, connections, trainable, shown);
  }
}
