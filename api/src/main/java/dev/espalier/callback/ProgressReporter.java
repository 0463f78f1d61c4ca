package dev.espalier.callback;

/**
 * A callback that shows the progress of trainings and evaluations to the user. If one is among the
 * callbacks, the trainer shows no progress of its own, and messages go to the first one.
 *
 * <p>Without one, a trainer adds a progress bar behind the other callbacks, so that its line of an
 * epoch has what they add to the logs. The same bar for another place in the list or another output
 * is {@code ProgressBar} in the module core.
 */
public interface ProgressReporter extends Callback {
  /**
   * Shows a message of a callback or of the trainer; see {@link TrainingControl#message}.
   *
   * @param text one sentence or several, without a line break
   */
  void message(String text);
}
