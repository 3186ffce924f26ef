using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Bindings;

/// <summary>The record "this port device uses that filter with these parameters" (nwfilter.md section 6.4).</summary>
/// <param name="Owner">The guest that the port belongs to.</param>
/// <param name="Port">The key: one binding per port device; the device need not exist yet.</param>
/// <param name="Link">The lower device, if any; kept and shown, without effect.</param>
public sealed record FilterBinding(
    BindingOwner Owner,
    InterfaceName Port,
    InterfaceName? Link,
    MacAddress Mac,
    ReferenceEntry Filter,
    SourcePosition Position);

public sealed record BindingOwner(string Name, Guid Uuid);
