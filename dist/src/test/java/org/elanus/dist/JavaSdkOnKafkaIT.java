package org.elanus.dist;

import java.util.List;

class JavaSdkOnKafkaIT extends JavaSdkScenario {

    @Override
    List<String> settings() {
        return Brokers.onKafka("sdk-");
    }
}
