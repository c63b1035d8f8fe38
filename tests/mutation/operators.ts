/** The kinds of faults, each found on a syntax tree. */
import ts from "typescript";

/** A kind of fault. */
export type Operator =
  | "swap operands"
  | "flip sign"
  | "move boundary"
  | "drop call"
  | "negate condition"
  | "exchange arguments";

/** A piece of a text, and what stands there instead. */
type Edit = readonly [start: number, end: number, replacement: string];

/** The edits of one kind that a node allows. */
export type Find = (node: ts.Node, source: ts.SourceFile) => Edit[];

const { SyntaxKind } = ts;

/** What is another value with its operands exchanged. `+` is not here: numbers commute. */
const ordered = new Set([
  SyntaxKind.MinusToken,
  SyntaxKind.SlashToken,
  SyntaxKind.PercentToken,
  SyntaxKind.AsteriskAsteriskToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanEqualsToken,
]);

const otherSign: Record<string, string> = { "+": "-", "-": "+", "+=": "-=", "-=": "+=" };

const otherBoundary: Record<string, string> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };

const whole = (node: ts.Node, source: ts.SourceFile, replacement: string): Edit => [
  node.getStart(source),
  node.end,
  replacement,
];

/** Exchanges two pieces and keeps what stands between them. */
function exchange(first: ts.Node, second: ts.Node, source: ts.SourceFile): Edit[] {
  const [one, other] = [first.getText(source), second.getText(source)];
  if (one === other) return [];
  const between = source.text.slice(first.end, second.getStart(source));
  return [[first.getStart(source), second.end, other + between + one]];
}

/** Whether of a number its size alone counts, as it is squared or its absolute value taken. */
function isUnsigned(node: ts.Node, source: ts.SourceFile): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isUnsigned(parent, source);
  if (ts.isCallExpression(parent)) {
    return /^Math\.(abs|hypot)$/.test(parent.expression.getText(source));
  }
  return ts.isBinaryExpression(parent) && parent.left === node &&
    parent.operatorToken.kind === SyntaxKind.AsteriskAsteriskToken &&
    parent.right.getText(source) === "2";
}

const swapOperands: Find = (node, source) => {
  if (!ts.isBinaryExpression(node) || !ordered.has(node.operatorToken.kind)) return [];
  const isDifference = node.operatorToken.kind === SyntaxKind.MinusToken;
  return isDifference && isUnsigned(node, source) ? [] : exchange(node.left, node.right, source);
};

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right)));

const flipSign: Find = (node, source) => {
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.MinusToken) {
    return [whole(node, source, node.operand.getText(source))];
  }
  if (!ts.isBinaryExpression(node) || isText(node)) return [];
  const sign = otherSign[node.operatorToken.getText(source)];
  return sign === undefined ? [] : [whole(node.operatorToken, source, sign)];
};

/** The other side of a comparison's boundary, or one more than a whole number. */
const moveBoundary: Find = (node, source) => {
  if (ts.isBinaryExpression(node)) {
    const boundary = otherBoundary[node.operatorToken.getText(source)];
    return boundary === undefined ? [] : [whole(node.operatorToken, source, boundary)];
  }
  if (
    !ts.isNumericLiteral(node) || ts.isPropertyAssignment(node.parent) && node.parent.name === node
  ) {
    return [];
  }
  const value = Number(node.text);
  return Number.isSafeInteger(value) ? [whole(node, source, `${value + 1}`)] : [];
};

const calledIn = (node: ts.Expression): ts.CallExpression | undefined =>
  ts.isCallExpression(node)
    ? node
    : ts.isAwaitExpression(node) || ts.isVoidExpression(node)
    ? calledIn(node.expression)
    : undefined;

/** A call whose result nobody reads goes; another leaves what it is called on, or its first argument. */
const dropCall: Find = (node, source) => {
  if (ts.isExpressionStatement(node)) {
    const call = calledIn(node.expression);
    const isSuper = call?.expression.kind === SyntaxKind.SuperKeyword;
    return call === undefined || isSuper ? [] : [whole(node, source, ";")];
  }
  if (!ts.isCallExpression(node) || ts.isExpressionStatement(node.parent)) return [];
  const { expression, arguments: [argument] } = node;
  const kept = [
    ts.isPropertyAccessExpression(expression) ? expression.expression : undefined,
    argument !== undefined && !ts.isSpreadElement(argument) ? argument : undefined,
  ];
  return kept.flatMap((rest) =>
    rest === undefined ? [] : [whole(node, source, `(${rest.getText(source)})`)]
  );
};

/** What decides: of an `if`, a loop, a `?:`, and the left side of `&&` and `||`. */
function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    return node.expression;
  }
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  if (!ts.isBinaryExpression(node)) return undefined;
  const { kind } = node.operatorToken;
  return kind === SyntaxKind.AmpersandAmpersandToken || kind === SyntaxKind.BarBarToken
    ? node.left
    : undefined;
}

const negateCondition: Find = (node, source) => {
  const condition = conditionOf(node);
  return condition === undefined
    ? []
    : [whole(condition, source, `!(${condition.getText(source)})`)];
};

/** Functions of TensorFlow.js and `Math` whose arguments commute: exchanged, they are no fault. */
const commuting = /^(tf|Math)\.(add|mul|maximum|minimum|squaredDifference|max|min|hypot|imul)$/;

const exchangeArguments: Find = (node, source) => {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  if (commuting.test(node.expression.getText(source))) return [];
  const list = node.arguments ?? [];
  return list.slice(1).flatMap((argument, i) => {
    const before = list[i] as ts.Expression;
    const isSpread = ts.isSpreadElement(before) || ts.isSpreadElement(argument);
    return isSpread ? [] : exchange(before, argument, source);
  });
};

/** Every kind of fault. */
export const operators: Record<Operator, Find> = {
  "swap operands": swapOperands,
  "flip sign": flipSign,
  "move boundary": moveBoundary,
  "drop call": dropCall,
  "negate condition": negateCondition,
  "exchange arguments": exchangeArguments,
};
