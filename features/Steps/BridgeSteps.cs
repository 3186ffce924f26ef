namespace Lab.Steps;

/// <summary>Steps about a bridge and its guests.</summary>
public sealed class BridgeSteps;
