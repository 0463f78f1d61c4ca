/**
 * Layers. Read {@link dev.espalier.layer.Layer} (what the author of a layer implements), {@link
 * dev.espalier.layer.CallContext} (what a layer can use) and {@link dev.espalier.layer.LayerOutput}
 * (how layers are connected) first.
 */
@NullMarked
package dev.espalier.layer;

import org.jspecify.annotations.NullMarked;
