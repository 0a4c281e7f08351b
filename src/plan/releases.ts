/** What is known of a package that a defence may bring into an app that exists. */
export interface Releases {
  /** As its own project writes it. */
  readonly name: string;
  /** Versions that the defences are tested with, whatever the app's Python: an installer finds the one that fits. */
  readonly range: string;
  /** Where an app names exact versions: one for each oldest Python, newest first. The index gives both numbers. */
  readonly pins: readonly (readonly [version: string, python: string])[];
  /** Below this an app's own version lacks what the defence uses. */
  readonly oldest?: string;
  /** Oldest Flask that it works with. */
  readonly flask?: string;
}

/** Packages by the names of PEP 503. Each row says what the index says of `Requires-Python` and `Requires-Dist`. */
export const releases: Readonly<Record<string, Releases>> = {
  // 1.0 brought CSRFProtect as it is; 1.2 left what Flask 2.3 and Werkzeug 3 took away.
  'flask-wtf': {
    name: 'Flask-WTF',
    range: '>=1.2,<2',
    pins: [
      ['1.3.0', '3.10'],
      ['1.2.2', '3.9'],
      ['1.2.1', '3.8'],
    ],
    oldest: '1.0',
  },
  'flask-session': {
    name: 'Flask-Session',
    range: '>=0.8,<0.9',
    pins: [['0.8.0', '3.8']],
    oldest: '0.8',
    flask: '2.2',
  },
  // Flask-Session 0.8 wants 0.18.6.
  msgspec: {
    name: 'msgspec',
    range: '>=0.18.6,<1',
    pins: [
      ['0.22.0', '3.10'],
      ['0.20.0', '3.9'],
      ['0.18.6', '3.8'],
    ],
    oldest: '0.18.6',
  },
  // 5.0 brought the choice of the protocol.
  redis: {
    name: 'redis',
    range: '>=5.0.3,<9',
    pins: [
      ['8.1.0', '3.10'],
      ['7.0.1', '3.9'],
      ['6.1.1', '3.8'],
    ],
    oldest: '5.0',
  },
  'flask-talisman': { name: 'flask-talisman', range: '>=1.1,<2', pins: [['1.1.0', '3.8']], oldest: '1.0' },
  // 0.3.8 has no wheel for Python 3.8.
  nh3: {
    name: 'nh3',
    range: '>=0.2.18,<0.4',
    pins: [
      ['0.3.8', '3.9'],
      ['0.3.7', '3.8'],
    ],
  },
  sqlalchemy: { name: 'SQLAlchemy', range: '>=2.0,<3', pins: [['2.0.58', '3.8']], oldest: '2.0' },
  // 22 closed the last known ways to smuggle a request.
  gunicorn: {
    name: 'gunicorn',
    range: '>=23,<28',
    pins: [
      ['27.0.1', '3.10'],
      ['23.0.0', '3.8'],
    ],
  },
};
