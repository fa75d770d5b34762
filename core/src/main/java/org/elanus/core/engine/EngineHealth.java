package org.elanus.core.engine;

import java.util.List;

/** Whether the engine serves, and what an operator should look at. */
public record EngineHealth(boolean ready, List<String> problems) {

    public EngineHealth {
        problems = List.copyOf(problems);
    }
}
