package org.elanus.core.host;

/** A plugin that was found, with a descriptor that holds. */
record Candidate(PluginSource source, Descriptor descriptor) {

    String id() {
        return descriptor.id();
    }
}
