/**
 * What knows DJL: {@link dev.espalier.engine.djl.RequiredLibrary} says which native library a
 * machine needs and whether it is there, {@link dev.espalier.engine.djl.DjlLibrary} loads it, and
 * {@link dev.espalier.engine.djl.ArrayTransfer} copies arrays to and from it. For authors of
 * engines that DJL loads; what every engine shares is in {@code dev.espalier.engine.lowering}.
 */
@NullMarked
package dev.espalier.engine.djl;

import org.jspecify.annotations.NullMarked;
