package dev.espalier.core.distributed;

import dev.espalier.core.internal.replica.Contribution;
import dev.espalier.core.internal.replica.Exchange;
import java.util.ArrayList;
import java.util.List;

/**
 * The exchange between workers: each gets the contributions of all and joins them in the order of
 * the workers, which gives the same bits everywhere. A worker that fails says so where the others
 * wait for its contribution, so that nobody waits for it in vain; {@link #end} is the last such
 * place.
 */
final class GatheringExchange implements Exchange {
  private final Worker worker;
  private boolean over;
  private boolean broken;

  GatheringExchange(Worker worker) {
    this.worker = worker;
  }

  /** Thrown to workers that cannot go on because another one failed. */
  static final class OtherFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherFailed() {
      super("another worker failed", null, false, false);
    }
  }

  @Override
  public Contribution join(Contribution own) {
    List<byte[]> all =
        gather(
            ArrayCodec.bytes(
                out -> {
                  out.writeBoolean(true);
                  ArrayCodec.write(out, own);
                }));
    List<Contribution> contributions = new ArrayList<>();
    for (byte[] each : all) {
      ArrayCodec.read(
          each,
          in -> {
            in.readBoolean();
            contributions.add(ArrayCodec.readContribution(in));
          });
    }
    return Contribution.joined(contributions);
  }

  private List<byte[]> gather(byte[] own) {
    over = true; // unless all succeed
    try {
      List<byte[]> all = worker.allGather(own);
      for (byte[] each : all) {
        if (each[0] == 0) {
          throw new OtherFailed();
        }
      }
      over = false;
      return all;
    } catch (RuntimeException e) {
      broken = !(e instanceof OtherFailed);
      throw e;
    }
  }

  /** Returns whether the cluster failed to exchange. */
  boolean broken() {
    return broken;
  }

  /** Waits until all workers are done. */
  void end() {
    gather(ArrayCodec.bytes(out -> out.writeBoolean(true)));
    over = true;
  }

  /** Tells the other workers of a failure, unless they have failed, too, or are done. */
  void fail() {
    if (!over) {
      over = true;
      worker.allGather(ArrayCodec.bytes(out -> out.writeBoolean(false)));
    }
  }
}
