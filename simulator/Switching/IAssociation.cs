namespace Lab.Simulator.Switching;

/// <summary>The state of a virtual station interface at the external switch (switching.md section 6.3).</summary>
public interface IAssociation
{
    /// <summary>Only then do frames pass between the guest and the wire.</summary>
    bool Associated { get; }
}
