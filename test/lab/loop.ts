/** Two bridges joined by two links: without spanning tree a broadcast goes round for ever. */
export const LOOP = `id: loop
title: ループ
summary: 2台のスイッチを2本の線でつなぎました。
switches:
  sw1:
    profile: linux-bridge
    mac: 00:00:5e:00:53:f0
    options: { vlan_filtering: 0 }
    ports:
      p1: { mac: 00:00:5e:00:53:f1 }
      u1: { mac: 00:00:5e:00:53:f2, role: uplink }
      u2: { mac: 00:00:5e:00:53:f3, role: uplink }
  sw2:
    profile: linux-bridge
    mac: 00:00:5e:00:53:e0
    options: { vlan_filtering: 0 }
    ports:
      p1: { mac: 00:00:5e:00:53:e1 }
      u1: { mac: 00:00:5e:00:53:e2, role: uplink }
      u2: { mac: 00:00:5e:00:53:e3, role: uplink }
hosts:
  VM-A:
    nics: { eth0: 00:00:5e:00:53:0a }
    interfaces: [{ nic: eth0, address: 192.0.2.11/24 }]
  VM-B:
    nics: { eth0: 00:00:5e:00:53:0b }
    interfaces: [{ nic: eth0, address: 192.0.2.12/24 }]
links:
  - [VM-A.eth0, sw1.p1]
  - [VM-B.eth0, sw2.p1]
  - [sw1.u1, sw2.u1]
  - [sw1.u2, sw2.u2]
run:
  - { do: send, from: VM-A, frame: { dst: 'ff:ff:ff:ff:ff:ff' } }
`;

/** The same switches and hosts joined by one link: no loop. */
export const LINE = LOOP.replace('  - [sw1.u2, sw2.u2]\n', '');
