package org.elanus.plugin.apimilvus.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elanus.milvus.proto.MilvusProto;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ObjectPrivilege;
import org.elanus.milvus.proto.PrivilegeExt;
import org.elanus.spi.auth.Action;
import org.junit.jupiter.api.Test;

/** The table of actions against the protocol's definition. */
class RpcActionsTest {

    private static final Iterable<MethodDescriptor> RPCS = MilvusProto.getDescriptor()
            .findServiceByName("MilvusService")
            .getMethods();

    private static PrivilegeExt privilege(MethodDescriptor rpc) {
        return rpc.getInputType()
                .getOptions()
                .getExtension(org.elanus.milvus.proto.CommonProto.privilegeExtObj);
    }

    private static boolean hasPrivilege(MethodDescriptor rpc) {
        return rpc.getInputType()
                .getOptions()
                .hasExtension(org.elanus.milvus.proto.CommonProto.privilegeExtObj);
    }

    @Test
    void everyCallHasAnAction() {
        Set<String> calls = new TreeSet<>();
        RPCS.forEach(rpc -> calls.add(rpc.getName()));
        assertThat(calls).hasSizeGreaterThan(100);
        assertThat(new TreeSet<>(RpcActions.calls())).isEqualTo(calls);
        MilvusServiceGrpc.getServiceDescriptor()
                .getMethods()
                .forEach(method -> RpcActions.of(String.valueOf(method.getBareMethodName())));
    }

    @Test
    void callsNeedThePrivilegeThatTheProtocolNames() {
        Map<String, String> wanted = new TreeMap<>();
        Map<String, String> given = new TreeMap<>();
        for (MethodDescriptor rpc : RPCS) {
            if (hasPrivilege(rpc)) {
                wanted.put(rpc.getName(), privilege(rpc).getObjectPrivilege().name());
                given.put(rpc.getName(), "Privilege" + RpcActions.of(rpc.getName()).wireName());
            }
        }
        assertThat(wanted).hasSizeGreaterThan(75);
        assertThat(given).isEqualTo(wanted);
    }

    @Test
    void everyPrivilegeOfTheProtocolIsAnAction() {
        for (ObjectPrivilege privilege : ObjectPrivilege.values()) {
            String name = privilege.name().substring("Privilege".length());
            boolean group = name.equals("All") || name.startsWith("Group") || name.equals("NIZED");
            if (privilege != ObjectPrivilege.UNRECOGNIZED && !group) {
                assertThat(Action.named(name)).as(name).isPresent();
            }
        }
    }

    @Test
    void objectTypesAreThoseOfTheProtocol() {
        for (MethodDescriptor rpc : RPCS) {
            // Row policies use privileges of the cluster with a collection.
            if (hasPrivilege(rpc) && !rpc.getName().contains("RowPolic")) {
                assertThat(RpcActions.of(rpc.getName()).objectType().wireName())
                        .as(rpc.getName())
                        .isEqualTo(privilege(rpc).getObjectType().name());
            }
        }
    }
}
