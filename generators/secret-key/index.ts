import { generatorFor } from '../../src/yeoman/generator-for.ts';

export default generatorFor('secret-key');
